import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { ask } from '../../testing/http-request.ts';
import { SocketLimits } from './socket-limits.ts';

/** What there is beside live connections: 256 in all, 64 of an address, 16 for this machine. */
const SPARE = 256 + 16;
const SPEECH = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

let server: Server;
let port: number;
let limits: SocketLimits;
const sockets: Socket[] = [];

/** Another address of this machine, where it has one; what comes from there is not counted as local. */
const elsewhere = Object.values(os.networkInterfaces())
  .flat()
  .find((network) => network?.internal === false && network.family === 'IPv4')?.address;

async function start(maxConnections: number, isProxy = false): Promise<void> {
  limits = new SocketLimits({ maxConnections, maxConnectionsPerAddress: 4, isProxy: () => isProxy });
  server = createServer((request, response) => {
    limits.spoke(request.socket);
    response.writeHead(200, { 'Content-Type': 'text/plain' }).write('…');
    if (request.url === '/once') response.end();
  });
  limits.guard(server);
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 });
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function open(count: number, speech = '', host = '127.0.0.1'): Promise<Socket[]> {
  const opened = Array.from({ length: count }, () => {
    const socket = connect(port, host);
    socket.on('error', () => {});
    socket.write(speech);
    return socket.resume();
  });
  sockets.push(...opened);
  await Promise.all(opened.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
  return opened;
}

it('row 43: silent sockets make room for those who speak, the oldest first', async () => {
  await start(10);
  const silent = await open(10 + SPARE);
  await expect.poll(() => limits.open).toBe(10 + SPARE);
  expect((await ask(port, '/once')).status).toBe(200);
  await expect.poll(() => silent[0]?.destroyed).toBe(true);
  expect(silent.at(-1)?.destroyed).toBe(false);
  await open(1000);
  await expect.poll(() => promisify(server.getConnections.bind(server))()).toBeLessThanOrEqual(10 + SPARE);
  expect((await ask(port, '/once')).status).toBe(200);
});

it('row 43: those who spoke keep their places', async () => {
  await start(10);
  const speaking = await open(10 + SPARE, SPEECH);
  await expect.poll(() => limits.open).toBe(10 + SPARE);
  expect(speaking.filter(({ destroyed }) => destroyed)).toEqual([]);
  await expect(ask(port, '/once')).rejects.toThrow(/ECONNRESET|hang up/);
  speaking[0]?.destroy();
  await expect.poll(() => limits.open).toBe(9 + SPARE);
  expect((await ask(port, '/once')).status).toBe(200);
});

it('places are free again when their sockets have closed', async () => {
  await start(10);
  const opened = await open(20);
  await expect.poll(() => limits.open).toBe(20);
  for (const socket of opened) socket.destroy();
  await expect.poll(() => limits.open).toBe(0);
});

it.skipIf(elsewhere === undefined)('row 43: of one address that is not local there are few', async () => {
  await start(1000);
  await open(200, '', elsewhere);
  await expect.poll(() => limits.open).toBe(4 + 64);
  expect((await ask(port, '/once')).status).toBe(200);
});

it.skipIf(elsewhere === undefined)(
  'row 43: sockets of others leave room for the local health check',
  async () => {
    await start(10, true);
    await open(10 + 256, SPEECH, elsewhere);
    await expect.poll(() => limits.open).toBe(10 + 256);
    await expect(ask(port, '/once', { host: elsewhere })).rejects.toThrow(/ECONNRESET|hang up/);
    expect((await ask(port, '/once')).status).toBe(200);
  },
);
