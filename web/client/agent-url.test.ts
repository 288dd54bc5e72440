import { expect, it } from 'vitest';
import { agentUrlOf } from './agent-url.ts';

it.each([
  ['http://there:8080', 'http://there:8080/'],
  ['https://there/below/', 'https://there/below/'],
  ['ws://there:8090/metrics', 'http://there:8090/'],
  ['wss://there/below/metrics', 'https://there/below'],
  ['ws://there:8090', 'http://there:8090/'],
  ['/below', `${location.origin}/below`],
  ['ftp://there', null],
  ['http://', null],
])('reads %s as the address %s', (src, url) => {
  expect(agentUrlOf(src)).toBe(url);
});
