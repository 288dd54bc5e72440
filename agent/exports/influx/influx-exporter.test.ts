import { expect, it } from 'vitest';
import { authorization } from './influx-exporter.ts';

it('shows a token as InfluxDB wants it, and a user with a password as everybody else does', () => {
  expect(authorization('bXktdG9rZW4=')).toBe('Token bXktdG9rZW4=');
  expect(authorization('panel:pass:wörd')).toBe('Basic cGFuZWw6cGFzczp3w7ZyZA==');
});
