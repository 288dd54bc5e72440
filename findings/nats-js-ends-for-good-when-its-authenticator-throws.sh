#!/usr/bin/env bash
# nats.js asks its `authenticator` for credentials at each attempt to connect, so that they can be changed meanwhile: a function that reads a file is what its documentation suggests.
# With `maxReconnectAttempts: -1` a good guess is that an attempt whose function throws, as while that file is being replaced, fails like any other and is followed by the next. Instead
# the client closes for good, and `closed()` resolves to the error. So such a function has to catch, and to answer nothing: then the server refuses, and the next attempt comes.
#
# Lets the function throw at the second of its calls, the first reconnect, and looks what becomes of the client; then lets it answer nothing there. Needs nats-server in the PATH, or in
# NATS_SERVER, or apt. Prints versions and outcomes. Ends with 0 while the first client is closed and the second connected, as seen with @nats-io/transport-node 3.4.0 and nats-server
# 2.9.10, 2.10.27 and 2.15.1.
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

const USER = { user: 'one', pass: 'a password' };
const free = createServer().listen(0, '127.0.0.1');
await once(free, 'listening');
const { port } = free.address();
free.close();
const flags = ['--addr', '127.0.0.1', '--port', String(port), '--user', USER.user, '--pass', USER.pass];
const start = () => spawn(process.argv[2], flags, { stdio: 'ignore' });
const servers = `127.0.0.1:${port}`;

/** What becomes of a client whose second call for credentials is answered by `second`. */
async function outcome(second) {
  let server = start();
  let calls = 0;
  const authenticator = () => {
    calls += 1;
    return calls === 2 ? second() : USER;
  };
  let client;
  while (client === undefined) {
    calls = 0;
    client = await connect({
      servers,
      authenticator,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      ignoreAuthErrorAbort: true,
    }).catch(() => pause(20));
  }
  const settled = Promise.race([
    client.closed().then((error) => `closed for good (${error?.message})`),
    (async () => {
      for await (const { type } of client.status()) if (type === 'reconnect') return 'connected';
      return new Promise(() => {});
    })(),
    pause(20_000, 'neither', { ref: false }),
  ]);
  server.kill('SIGKILL');
  await once(server, 'exit');
  server = start();
  const what = `${await settled}, after ${calls} calls`;
  await client.close();
  server.kill('SIGKILL');
  await once(server, 'exit');
  return what;
}

const thrown = await outcome(() => {
  throw new Error('the file is not there');
});
const nothing = await outcome(() => undefined);
console.log(`Node ${process.versions.node}, nats.js 3.4.0`);
console.log(`an authenticator that throws once:           ${thrown}`);
console.log(`an authenticator that answers nothing once:  ${nothing}`);
process.exit(thrown.startsWith('closed for good') && nothing.startsWith('connected') ? 0 : 1);
JS

"$server" --version
node try.mjs "$server"
