/** A server that accepts nothing, with room for one waiting connection, and 30 clients that try for 6 s. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const SERVER = `require('node:net').createServer()
  .listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port); })`;

const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = (await once(server.stdout, 'data')) as [Buffer];
server.kill('SIGSTOP');
const clients = Array.from({ length: 30 }, () =>
  connect(Number(line.toString()), '127.0.0.1').on('error', () => {}),
);
await wait(6000);
for (const client of clients) client.destroy();
server.kill('SIGKILL');
