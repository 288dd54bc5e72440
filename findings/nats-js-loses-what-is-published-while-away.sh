#!/usr/bin/env bash
# `publish()` of nats.js neither throws nor rejects while its server is away. A good guess is that it buffers then, as the client for Go does, or reports what it drops. It does
# neither: each attempt to reconnect empties its buffer. No event of `status()`, and no `flush()` after the reconnect, tells of the loss. So whoever needs every message has to know
# whether there is a connection, and to have an answer to each.
#
# Publishes 60 numbered messages, one each 50 ms, while the server is down, and lists what a subscriber has when it is back. Needs nats-server in the PATH, or in NATS_SERVER, or apt.
# Prints versions and numbers. Ends with 0 while messages are lost and no call has failed, as seen with @nats-io/transport-node 3.4.0 and nats-server 2.9.10, 2.10.27 and 2.15.1.
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
server=${NATS_SERVER:-$(PATH=$PATH:/usr/sbin command -v nats-server || true)}
if [ -z "$server" ]; then
  apt-get -qq download nats-server && dpkg -x nats-server*.deb unpacked
  server=$PWD/unpacked/usr/sbin/nats-server
fi
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0

cat > try.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';

const COUNT = 60;
const free = createServer().listen(0, '127.0.0.1');
await once(free, 'listening');
const { port } = free.address();
free.close();
const start = () => spawn(process.argv[2], ['--addr', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
const dial = async () => {
  for (;;) {
    try {
      return await connect({ servers: `127.0.0.1:${port}`, maxReconnectAttempts: -1, reconnectTimeWait: 500 });
    } catch {
      await pause(20);
    }
  }
};

let server = start();
const publisher = await dial();
const events = [];
void (async () => {
  for await (const { type } of publisher.status()) events.push(type);
})();
server.kill('SIGKILL');
await once(server, 'exit');
let thrown = 0;
for (let number = 1; number <= COUNT; number += 1) {
  try {
    publisher.publish('numbers', String(number));
  } catch {
    thrown += 1;
  }
  await pause(50);
}
server = start();
const subscriber = await dial();
const came = [];
subscriber.subscribe('numbers', { callback: (_, message) => came.push(Number(message.string())) });
await subscriber.flush();
while (!events.includes('reconnect')) await pause(20);
await publisher.flush();
await subscriber.flush();
console.log(`node ${process.version}, nats-server ${subscriber.info.version}`);
console.log(`published ${COUNT}, thrown ${thrown}, received ${came.length}${came.length > 0 ? `: ${came[0]} to ${came.at(-1)}` : ''}`);
console.log(`events: ${[...new Set(events)].join(' ')}`);
await Promise.all([publisher.close(), subscriber.close()]);
server.kill();
const isAsSeen = thrown === 0 && came.length < COUNT && !events.includes('error');
console.log(isAsSeen ? 'As seen.' : 'It behaves differently now.');
process.exit(isAsSeen ? 0 : 1);
JS
node try.mjs "$server"
