import { describe, expect, it } from 'vitest';
import { HostNames, isHostPattern, parseHost } from './host-names.ts';

describe('a Host header', () => {
  it.each([
    ['localhost', 'localhost', ''],
    ['LocalHost.:8080', 'localhost', '8080'],
    ['127.0.0.1:80', '127.0.0.1', '80'],
    ['[::1]:8080', '::1', '8080'],
    ['my_service:1', 'my_service', '1'],
  ])('%s is read', (header, name, port) => {
    expect(parseHost(header)).toEqual({ name, port });
  });

  it.each(['', ':80', 'a b', 'a@b', 'a/b', '::1', '[x]', '[127.0.0.1]', 'a:b', 'a:', 'höst', 'a,b'])(
    '%j is none',
    (header) => {
      expect(parseHost(header)).toBeNull();
    },
  );
});

describe('the names of an agent', () => {
  const names = new HostNames(
    ['Web-1.example.net', '0.0.0.0'],
    ['metrics.example.com', '*.internal.example'],
  );

  it.each([
    '127.0.0.1',
    '192.0.2.7',
    '::1',
    'localhost',
    'a.localhost',
    'web-1.example.net',
    'web-1',
    'web-1.local',
    'metrics.example.com',
    'a.internal.example',
    'a.b.internal.example',
  ])('include %s', (name) => {
    expect(names.includes(name)).toBe(true);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    'notlocalhost',
    'web-1.evil.example',
    'metrics.example.com.evil.example',
    'xmetrics.example.com',
    'internal.example',
    'xinternal.example',
    '127.0.0.1.evil.example',
    '2130706433',
    '0x7f.1',
    'local',
  ])('do not include %s', (name) => {
    expect(names.includes(name)).toBe(false);
  });
});

it.each([
  ['a.example', true],
  ['*.example', true],
  ['*', false],
  ['a.*.example', false],
  ['*.*.example', false],
  ['a.example:80', false],
  ['-a.example', false],
  ['', false],
])('the pattern %j is one: %s', (text, isOne) => {
  expect(isHostPattern(text)).toBe(isOne);
});
