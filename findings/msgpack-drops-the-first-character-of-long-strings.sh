#!/usr/bin/env bash
# What @msgpack/msgpack and msgpackr decode loses the first character of a text that begins with U+FEFF, if the text is long. A good guess is that a codec reads back what it wrote,
# or refuses it. Short strings do come back: both read them by code of their own, and long ones by a `TextDecoder`, which takes U+FEFF for a byte order mark unless it is told
# `ignoreBOM`. So a test with a short string shows nothing. Texts that begin so are common: a file that Windows saved as UTF-8, read as a string. `JSON.parse(JSON.stringify(text))` keeps it,
# as does Python's `bytes.decode('utf-8')`.
#
# Prints from how many bytes on a character is lost. Ends with 0 while that is 201 in @msgpack/msgpack 3.1.3, and 65 in msgpackr 1.11.5 without its native part.
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund --omit=optional @msgpack/msgpack@3.1.3 msgpackr@1.11.5

cat > try.mjs <<'JS'
import { decode, encode } from '@msgpack/msgpack';
import { pack, unpack } from 'msgpackr';

const codecs = {
  '@msgpack/msgpack': (text) => decode(encode({ text })).text,
  msgpackr: (text) => unpack(pack({ text })).text,
  JSON: (text) => JSON.parse(JSON.stringify({ text })).text,
};
const first = {};
for (const [name, roundTrip] of Object.entries(codecs)) {
  for (let bytes = 3; bytes <= 5000 && first[name] === undefined; bytes += 1) {
    const text = '\ufeff' + 'x'.repeat(bytes - 3);
    if (roundTrip(text) === text.slice(1)) first[name] = bytes;
  }
  console.log(`${name}: ${first[name] === undefined ? 'nothing is lost' : `U+FEFF is lost from ${first[name]} bytes on`}`);
}
const { '@msgpack/msgpack': msgpack, msgpackr, JSON: json } = first;
const isAsSeen = msgpack === 201 && msgpackr === 65 && json === undefined;
console.log(isAsSeen ? 'As seen.' : 'It behaves differently now.');
process.exit(isAsSeen ? 0 : 1);
JS
node try.mjs
