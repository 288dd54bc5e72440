#!/usr/bin/env bash
# The event `packetsend` of mqtt.js is "emitted when the client sends any packet" (its README), but not for the first one: CONNECT goes out without it. A good guess is that
# a log or a count of `packetsend` has all that a client sends; it lacks the one packet that a broker refuses a client for.
#
# Connects to a small broker in the same process, which lists what comes. Prints both lists, of mqtt 5.16.0. Ends with 0 while they differ by CONNECT alone.
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund mqtt@5.16.0 mqtt-packet@9.0.2

cat > try.mjs <<'JS'
import { createServer } from 'node:net';
import { once } from 'node:events';
import mqtt from 'mqtt';
import packets from 'mqtt-packet';

const received = [];
const answers = {
  connect: () => ({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
  publish: ({ messageId }) => ({ cmd: 'puback', messageId }),
};
const broker = createServer((socket) => {
  const parser = packets.parser();
  parser.on('packet', (packet) => {
    received.push(packet.cmd);
    const answer = answers[packet.cmd]?.(packet);
    if (answer !== undefined) socket.write(packets.generate(answer));
  });
  socket.on('data', (bytes) => parser.parse(bytes));
}).listen(0, '127.0.0.1');
await once(broker, 'listening');

const client = mqtt.connect(`mqtt://127.0.0.1:${broker.address().port}`);
const told = [];
client.on('packetsend', ({ cmd }) => told.push(cmd));
await client.publishAsync('topic', 'text', { qos: 1 });
await client.endAsync();
broker.close();
await once(broker, 'close');

console.log(`node ${process.version}`);
console.log('came to the broker:', received.join(' '));
console.log('told by packetsend:', told.join(' '));
const isAsSeen = received.join() === ['connect', ...told].join() && told.includes('publish');
console.log(isAsSeen ? 'As seen.' : 'It behaves differently now.');
process.exit(isAsSeen ? 0 : 1);
JS
node try.mjs
