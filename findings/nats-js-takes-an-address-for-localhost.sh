#!/usr/bin/env bash
# A NATS server that is named by its address, `tls://127.0.0.1:4222`, is refused by nats.js although its certificate is for exactly that address. A good guess is that the certificate
# or the CA is wrong. They are not: nats.js wraps a socket that is open already, names no server for an address, and `tls.connect()` of Node.js then compares the certificate with
# the name `localhost`. Node's own `tls.connect({ host: '127.0.0.1' })` accepts the same certificate. Whoever has addresses only has to give `tls` a `checkServerIdentity`.
#
# Needs openssl, and nats-server in the PATH, or in NATS_SERVER, or apt. Prints both outcomes. Ends with 0 while nats.js refuses what Node accepts, and takes it with that function,
# as seen with @nats-io/transport-node 3.4.0, Node.js 20.20.2 and 24.21.0, and nats-server 2.9.10, 2.10.27 and 2.15.1.
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
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=nats \
  -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2> /dev/null

cat > try.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, connect as open } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { connect } from '@nats-io/transport-node';

const host = '127.0.0.1';
const ca = readFileSync('cert.pem', 'utf8');
const free = createServer().listen(0, host);
await once(free, 'listening');
const { port } = free.address();
free.close();
const server = spawn(
  process.argv[2],
  ['--addr', host, '--port', String(port), '--tls', '--tlscert', 'cert.pem', '--tlskey', 'key.pem'],
  { stdio: 'ignore' },
);
const greeting = async () => {
  for (;;) {
    const socket = open(port, host);
    try {
      await once(socket, 'data');
      return socket;
    } catch {
      await pause(20);
    }
  }
};
const outcome = (promise) => promise.then(() => 'accepted', ({ code, message }) => code ?? message);
const ofNode = async () => {
  const socket = tls.connect({ socket: await greeting(), host, ca });
  await once(socket, 'secureConnect');
  socket.destroy();
};
const names = [];
const ofNats = async (options) => {
  const connection = await connect({ servers: `tls://${host}:${port}`, tls: { ca, ...options }, maxReconnectAttempts: 0 });
  await connection.close();
};
const byNode = await outcome(ofNode());
const byNats = await outcome(ofNats({}));
const checked = await outcome(
  ofNats({
    checkServerIdentity: (name, certificate) => {
      names.push(name);
      return tls.checkServerIdentity(host, certificate);
    },
  }),
);
server.kill();
console.log(`node ${process.version}`);
console.log(`tls.connect with the address: ${byNode}`);
console.log(`nats.js with the address: ${byNats}`);
console.log(`nats.js with a checkServerIdentity of one's own: ${checked}; the name that it was asked for: ${names.join()}`);
const isAsSeen =
  byNode === 'accepted' && byNats === 'ERR_TLS_CERT_ALTNAME_INVALID' && checked === 'accepted' && names.join() === 'localhost';
console.log(isAsSeen ? 'As seen.' : 'It behaves differently now.');
process.exit(isAsSeen ? 0 : 1);
JS
node try.mjs "$server"
