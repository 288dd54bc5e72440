/** Traffic within this host: 500 MB over one connection, 3,000 short connections, then UDP sockets and files held open. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const PIECE = Buffer.alloc(1_000_000);

const server = createServer((socket) => socket.resume().on('end', () => socket.end())).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const long = connect(port, '127.0.0.1');
for (let piece = 0; piece < 500; piece += 1) {
  if (!long.write(PIECE)) await once(long, 'drain');
  if (piece % 100 === 99) await wait(500);
}
long.end();
for (let count = 0; count < 3000; count += 1) {
  const socket = connect(port, '127.0.0.1').resume();
  await once(socket, 'connect');
  socket.end();
  await once(socket, 'close');
}
const udp = Array.from({ length: 20 }, () => createSocket('udp4').bind(0, '127.0.0.1'));
const files = Array.from({ length: 300 }, () => openSync('/dev/null', 'r'));
const held = Array.from({ length: 40 }, () => connect(port, '127.0.0.1'));
await wait(4000);
process.exit(udp.length + files.length + held.length > 0 ? 0 : 1);
