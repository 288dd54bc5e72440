/**
 * For a network of its own: an agent (the arguments), and neighbours on one link with nothing but link-local addresses. Writes the status that
 * each of them gets for a stream, in the order in which they come, and leaves the streams open until the end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

const NEIGHBOURS = ['fe80::a%lo', 'fe80::b%lo', 'fe80::a%lo'];

const agent = spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(createInterface(agent.stdout), 'line');
const { port } = new URL(JSON.parse(line).url);

const statuses = [];
for (const localAddress of NEIGHBOURS) {
  const asked = request({
    host: 'fe80::1%lo',
    port,
    localAddress,
    agent: false,
    path: `/metrics/sse?subscriptions=${encodeURIComponent('[{"metrics":["cpu"]}]')}`,
    headers: { Host: 'localhost', Authorization: `Bearer ${process.env['METRICS_PANEL_TOKEN']}` },
  });
  asked.end();
  const [answer] = await once(asked, 'response');
  statuses.push(answer.statusCode);
}
console.log(JSON.stringify(statuses));
agent.kill();
process.exit(0);
