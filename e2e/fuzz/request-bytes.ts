/** HTTP requests (RFC 9112) with any fault. */
import { cursorText, pollText, subscriptionsText } from './json-texts.ts';
import type { SeededRandom } from './seeded-random.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'PATCH'];
const ODD_METHODS = ['get', 'G\u0000T', 'GET\t', '', 'X'.repeat(300), 'SUBSCRIBE', 'M-SEARCH', 'PRI'];
const TARGETS = [
  '/',
  '/metrics',
  '/metrics/sse',
  '/metrics/poll',
  '/history?metrics=cpu&from=-1h',
  '/history?metrics=*&from=1&to=99999999999999999999&points=1e9',
  '/healthz',
  '/tokens',
  '/tokens/x',
  '/embed/metrics-panel.js',
  '/../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..\\..\\x',
  '//evil.example/',
  '/%00',
  '/%',
  '/%zz',
  '*',
  'http://evil.example/',
  'evil.example:443',
  '',
  '?',
  '#',
  '/?token=x',
  '/healthz?access_token=x',
  '/metrics?'.concat('a=b&'.repeat(50)),
  `/${'a'.repeat(8200)}`,
  '/é',
  '/a b',
  '/;a=b',
  '/index.html/.',
];
const ODD_VERSIONS = ['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP/11', 'http/1.1', ''];
const ODD_ENDS = ['\n', '\r', '\r\r\n', '\u0000\r\n', '\r\n\r\n'];
const HANDSHAKE = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
const HEADERS = [
  'Connection: close',
  'Connection: keep-alive, Upgrade',
  'Upgrade: h2c',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Key: x',
  'Sec-WebSocket-Version: 8',
  'Sec-WebSocket-Protocol: metrics-panel.v1',
  'Sec-WebSocket-Protocol: ,,',
  'Sec-WebSocket-Protocol: a b',
  'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=0',
  'Sec-WebSocket-Extensions: ;;;=',
  'Host: evil.example',
  'Host: ',
  'Host: 127.0.0.1:0',
  'Host: [::1',
  'Host: 127.0.0.1, evil.example',
  'Host: \0',
  'Origin: https://evil.example',
  'Origin: null',
  'Origin: http://127.0.0.1.evil.example',
  'Origin: file://',
  'Content-Length: 5',
  'Content-Length: 5, 6',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 0x5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding : chunked',
  'X: y\r\n folded',
  ' Leading: space',
  'No colon',
  ': no name',
  'X\0: y',
  'Authorization: Bearer wrong',
  'Authorization: Bearer ',
  'Authorization: Basic eDp5',
  'Authorization: Bearer a.b.c',
  'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Host: evil.example',
  'Accept-Encoding: br;q=1, gzip;q=nan, *;q=',
  'If-None-Match: "',
  'Range: bytes=0-1,-',
  'Last-Event-ID: ////',
  'Access-Control-Request-Method: POST',
  'Cookie: '.concat('c'.repeat(7e3)),
  `X: ${'x'.repeat(9e3)}`,
  'X: ÿ',
];
const BODIES = [
  '',
  '',
  '5\r\nhello\r\n0\r\n\r\n',
  'hello',
  '{"subscriptions":[]}',
  'ffffffffffffffff\r\n',
  '0\r\n\r\n',
];
const HEADER_COUNTS = [0, 0, 1, 1, 2, 3, 6];

/** A head, maybe with a body: complete, truncated, or with changed bytes. Some are valid. */
export function headBytes(random: SeededRandom, host: string): Buffer {
  const method = random.oneIn(8)
    ? random.oneOf(ODD_METHODS)
    : random.oneOf(random.oneIn(2) ? METHODS : ['GET']);
  const version = random.oneIn(12) ? random.oneOf(ODD_VERSIONS) : 'HTTP/1.1';
  const lines = [`${method} ${random.oneOf(TARGETS)} ${version}`];
  if (!random.oneIn(12)) lines.push(`Host: ${host}`);
  if (random.oneIn(5)) lines.push(...HANDSHAKE);
  for (let left = random.oneOf(HEADER_COUNTS); left > 0; left -= 1) lines.push(random.oneOf(HEADERS));
  if (random.oneIn(60)) lines.push(...Array.from({ length: 2500 }, (_, index) => `a${index}:`));
  const oddEnd = random.oneIn(8) ? random.below(lines.length) : null;
  const head = lines
    .map((line, index) => line + (index === oddEnd ? random.oneOf(ODD_ENDS) : '\r\n'))
    .join('');
  const bytes = Buffer.from(`${head}\r\n${random.oneOf(BODIES)}`, 'latin1');
  for (let left = random.oneIn(6) ? random.between(1, 3) : 0; left > 0; left -= 1) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return random.oneIn(25) ? bytes.subarray(0, random.between(1, bytes.length)) : bytes;
}

/** A poll with a mutated body or a wrong length. */
export function pollBytes(random: SeededRandom, host: string, headers: readonly string[]): Buffer {
  const body = Buffer.from(pollText(random));
  const lines = [
    'POST /metrics/poll HTTP/1.1',
    `Host: ${host}`,
    'Content-Type: application/json',
    ...headers,
  ];
  if (random.oneIn(8)) {
    const chunk = Buffer.concat([
      Buffer.from(`${body.length.toString(16)}\r\n`),
      body,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
    return Buffer.concat([headOf([...lines, 'Transfer-Encoding: chunked']), chunk]);
  }
  const length = random.oneIn(30) ? random.below(20_000) : body.length;
  return Buffer.concat([headOf([...lines, `Content-Length: ${length}`]), body]);
}

/** A request for a stream with a mutated query or Last-Event-ID. */
export function streamBytes(random: SeededRandom, host: string, headers: readonly string[]): Buffer {
  const text = subscriptionsText(random);
  const query = random.oneIn(6) ? text.replaceAll(/[\s#]/g, '') : encodeURIComponent(text);
  const lines = [`GET /metrics/sse?subscriptions=${query} HTTP/1.1`, `Host: ${host}`, ...headers];
  if (random.oneIn(2)) lines.push(`Last-Event-ID: ${cursorText(random)}`);
  return headOf(lines);
}

function headOf(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
