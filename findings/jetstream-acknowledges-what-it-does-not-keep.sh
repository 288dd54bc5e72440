#!/usr/bin/env bash
# A stream of JetStream with `max_bytes` and the policy to discard old messages takes a message that is larger than `max_bytes`: it is acknowledged with a sequence of its own, and then
# the stream is empty. Everything older was discarded to make room, and so was the message itself. A good guess is that an acknowledged message is in the stream, at least
# while nothing newer is, or that one which can never fit is refused. Only `max_msg_size` makes the server refuse it (error 10054), and what was there stays.
#
# Publishes five small messages and a large one to a stream without that limit, and to one with it. Needs nats-server in the PATH, or in NATS_SERVER, or apt.
# Prints what is in both. Ends with 0 while the first is empty and the second full, as seen with nats-server 2.9.10, 2.10.27 and 2.15.1.
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
server=${NATS_SERVER:-$(PATH=$PATH:/usr/sbin command -v nats-server || true)}
if [ -z "$server" ]; then
  apt-get -qq download nats-server && dpkg -x nats-server*.deb unpacked
  server=$PWD/unpacked/usr/sbin/nats-server
fi
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0

cat > try.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const MAX_BYTES = 1000;
const free = createServer().listen(0, '127.0.0.1');
await once(free, 'listening');
const { port } = free.address();
free.close();
const server = spawn(process.argv[2], ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', 'store'], {
  stdio: 'ignore',
});
const dial = async () => {
  for (;;) {
    try {
      return await connect({ servers: `127.0.0.1:${port}` });
    } catch {
      await pause(20);
    }
  }
};
const connection = await dial();
const { streams } = await jetstreamManager(connection);
console.log(`nats-server ${connection.info.version}`);

/** @returns what the large message was answered, and how many messages are there then */
async function tryWith(name, limits) {
  await streams.add({ name, subjects: [name], max_bytes: MAX_BYTES, discard: 'old', ...limits });
  const publish = (text) => jetstream(connection).publish(name, text);
  for (let count = 0; count < 5; count += 1) await publish('small');
  const answer = await publish('x'.repeat(2 * MAX_BYTES)).then(
    ({ seq }) => `acknowledged as ${seq}`,
    ({ code, message }) => `refused: ${message} (${code})`,
  );
  const { messages } = (await streams.info(name)).state;
  console.log(`${name}: 5 small messages, then one of ${2 * MAX_BYTES} bytes ${answer}; ${messages} messages are there`);
  return { answer, messages };
}

const unlimited = await tryWith('without', {});
const limited = await tryWith('with', { max_msg_size: MAX_BYTES / 2 });
await connection.close();
server.kill();
const isAsSeen =
  unlimited.answer === 'acknowledged as 6' && unlimited.messages === 0 && limited.answer.startsWith('refused') && limited.messages === 5;
console.log(isAsSeen ? 'As seen.' : 'It behaves differently now.');
process.exit(isAsSeen ? 0 : 1);
JS
node try.mjs "$server"
