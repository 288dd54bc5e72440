/**
 * Runs in its own network namespace: an agent (the arguments), and neighbours on one link with only link-local addresses. Prints the
 * status that each gets for an event stream, in order, and keeps the streams open until the end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

const NEIGHBOURS = ['fe80::a%lo', 'fe80::b%lo', 'fe80::a%lo'];

const agent = spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'pipe', 'inherit'] });
const lines = await once(createInterface(agent.stdout), 'line');
const port = Number(/"url":"http:\/\/localhost:(\d+)/.exec(String(lines[0]))?.[1]);

/**
 * @param {string} localAddress
 * @returns {Promise<number | undefined>}
 */
const statusFor = (localAddress) =>
  new Promise((resolve, reject) => {
    request(
      {
        host: 'fe80::1%lo',
        port,
        localAddress,
        agent: false,
        path: `/metrics/sse?subscriptions=${encodeURIComponent('[{"metrics":["cpu"]}]')}`,
        headers: { Host: 'localhost', Authorization: `Bearer ${process.env['METRICS_PANEL_TOKEN']}` },
      },
      ({ statusCode }) => resolve(statusCode),
    )
      .on('error', reject)
      .end();
  });

/** @type {(number | undefined)[]} */
const statuses = [];
for (const neighbour of NEIGHBOURS) statuses.push(await statusFor(neighbour));
console.log(JSON.stringify(statuses));
agent.kill();
process.exit(0);
