import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { reservedForFiles } from '../../open-files.ts';
import { ask } from '../../testing/http-request.ts';
import { RESTRICTED_SOCKETS, SocketLimits } from './socket-limits.ts';

/** Besides live connections: 256 in total, 64 per address, and 32 restricted ones, half of them for this machine. */
const SPARE = 256 + 32;
const SPEECH = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

let server: Server;
let port: number;
let limits: SocketLimits;
const full = new Set<string>();
const sockets: Socket[] = [];

/** A non-loopback address of this machine, if it has one; it does not count as local. */
const elsewhere = Object.values(os.networkInterfaces())
  .flat()
  .find((network) => network?.internal === false && network.family === 'IPv4')?.address;

interface Setting {
  readonly isProxy?: boolean;
  readonly openFileLimit?: number;
}

async function start(
  maxConnections: number,
  { isProxy = false, openFileLimit = Number.POSITIVE_INFINITY }: Setting = {},
): Promise<void> {
  full.clear();
  limits = new SocketLimits({
    maxConnections,
    maxConnectionsPerAddress: 4,
    openFileLimit,
    isProxy: () => isProxy,
    onLimit: (limit) => full.add(limit),
  });
  server = createServer((request, response) => {
    limits.markActive(request.socket);
    const short = limits.limitOf(request.socket);
    if (short !== undefined) {
      response.writeHead(503, { Connection: 'close' }).end(short);
      return;
    }
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

it('idle sockets are replaced, the oldest first', async () => {
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

it('active sockets are kept, and new ones get 503', async () => {
  await start(10);
  const speaking = await open(10 + 256, SPEECH);
  await expect.poll(() => limits.open).toBe(10 + 256);
  expect(speaking.filter(({ destroyed }) => destroyed)).toEqual([]);
  expect(full).toEqual(new Set());
  const refused = await ask(port, '/once');
  expect([refused.status, refused.body.toString()]).toEqual([503, 'all']);
  expect(full).toEqual(new Set(['all']));
  speaking[0]?.destroy();
  await expect.poll(() => limits.open).toBe(9 + 256);
  expect((await ask(port, '/once')).status).toBe(200);
});

it.skipIf(process.platform === 'win32')(
  'sockets leave descriptors for files, and new ones get 503',
  async () => {
    // All descriptors that are open already are below the next one.
    const next = openSync('/dev/null', 'r');
    closeSync(next);
    // Each connection takes two descriptors, because both ends are in this process.
    await start(1000, { openFileLimit: next + reservedForFiles(next + 300) + RESTRICTED_SOCKETS + 100 });
    const speaking = await open(30, SPEECH);
    expect(full).toEqual(new Set());
    speaking.push(...(await open(60, SPEECH)));
    await expect.poll(() => full).toEqual(new Set(['files']));
    // Other code in this process may close a file meanwhile.
    await expect
      .poll(async () => {
        speaking.push(...(await open(1, SPEECH)));
        return (await ask(port, '/once')).body.toString();
      })
      .toBe('files');
    for (const socket of speaking) socket.destroy();
    await expect.poll(() => limits.open).toBe(0);
    expect((await ask(port, '/once')).status).toBe(200);
  },
);

it('a burst of late requests leaves exactly as many sockets as fit', async () => {
  await start(10);
  const burst = await open(10 + SPARE + 500);
  await expect.poll(() => burst.filter(({ destroyed }) => !destroyed).length).toBe(10 + SPARE);
  expect(limits.open).toBe(10 + SPARE);
  const left = burst.filter(({ destroyed }) => !destroyed);
  const answers = left.map((socket) => once(socket, 'data') as Promise<[Buffer]>);
  for (const socket of left) socket.write(SPEECH);
  const statuses = (await Promise.all(answers)).map(([chunk]) => chunk.toString().slice(9, 12));
  expect(statuses.filter((status) => status === '200')).toHaveLength(10 + 256);
});

it('closed sockets make room', async () => {
  await start(10);
  const opened = await open(20);
  await expect.poll(() => limits.open).toBe(20);
  for (const socket of opened) socket.destroy();
  await expect.poll(() => limits.open).toBe(0);
});

it.skipIf(elsewhere === undefined)('a remote address may have few', async () => {
  await start(1000);
  await open(200, '', elsewhere);
  await expect.poll(() => limits.open).toBe(4 + 64);
  expect((await ask(port, '/once')).status).toBe(200);
});

it.skipIf(elsewhere === undefined)('remote sockets leave room for the local health check', async () => {
  await start(10, { isProxy: true });
  await open(10 + 256, SPEECH, elsewhere);
  await expect.poll(() => limits.open).toBe(10 + 256);
  // Unfinished requests use up the restricted sockets for other machines.
  await open(16, 'GET / HTTP/1.1\r\n', elsewhere);
  await expect.poll(() => limits.open).toBe(10 + 256 + 16);
  expect((await ask(port, '/once')).status).toBe(503);
});
