import { describe, expect, it } from 'vitest';
import { AllowedHosts, isHostPattern } from './allowed-hosts.ts';

describe('the hosts that an agent answers to', () => {
  const hosts = new AllowedHosts(
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
    expect(hosts.includes(name)).toBe(true);
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
    expect(hosts.includes(name)).toBe(false);
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
])('%j is a host pattern: %s', (text, isOne) => {
  expect(isHostPattern(text)).toBe(isOne);
});
