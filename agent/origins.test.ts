import { describe, expect, it } from 'vitest';
import { isOrigin, isSameOrigin, parseHost } from './origins.ts';

describe('a Host header', () => {
  it.each([
    ['localhost', 'localhost', ''],
    ['LocalHost.:8080', 'localhost', '8080'],
    ['127.0.0.1:80', '127.0.0.1', '80'],
    ['[::1]:8080', '::1', '8080'],
    ['my_service:1', 'my_service', '1'],
  ])('%s is parsed', (header, name, port) => {
    expect(parseHost(header)).toEqual({ name, port });
  });

  it.each(['', ':80', 'a b', 'a@b', 'a/b', '::1', '[x]', '[127.0.0.1]', 'a:b', 'a:', 'höst', 'a,b'])(
    '%j names no host',
    (header) => {
      expect(parseHost(header)).toBeNull();
    },
  );
});

it.each([
  ['https://example.com', true],
  ['http://127.0.0.1:5173', true],
  ['http://[::1]:5173', true],
  ['https://xn--bcher-kva.example', true],
  ['https://bücher.example', false],
  ['https://example.com/', false],
  ['https://example.com:443', false],
  ['https://Example.com', false],
  ['https://user@example.com', false],
  ['https://example.com,https://evil.example', false],
  ['file://', false],
  ['null', false],
  ['*', false],
  ['', false],
])('%j is an origin: %s', (text, isOne) => {
  expect(isOrigin(text)).toBe(isOne);
});

describe('an origin is the same as a host', () => {
  it.each([
    ['http://localhost:8080', 'localhost:8080', false, true],
    ['http://localhost:8080', 'LOCALHOST:8080', false, true],
    ['http://[::1]:8080', '[::1]:8080', false, true],
    ['https://a.example', 'a.example', false, true],
    ['https://a.example', 'a.example:443', false, true],
    ['http://a.example', 'a.example:80', false, true],
    ['https://a.example', 'a.example', true, true],
    ['http://a.example', 'a.example', true, false],
    ['http://a.example', 'a.example:443', false, false],
    ['http://localhost:8081', 'localhost:8080', false, false],
    ['http://127.0.0.1:8080', 'localhost:8080', false, false],
    ['http://localhost', 'localhost:8080', false, false],
    ['http://localhost:8080.evil.example', 'localhost:8080', false, false],
    ['http://a.example.evil.example', 'a.example', false, false],
    ['null', 'null', false, false],
  ])('%s and %s, encrypted %s: %s', (origin, header, isEncrypted, isSame) => {
    const host = parseHost(header);
    if (host === null) throw new TypeError('no host');
    expect(isSameOrigin(origin, host, isEncrypted)).toBe(isSame);
  });
});
