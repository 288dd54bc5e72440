import { describe, expect, it, vi } from 'vitest';
import { AuthFailures } from './auth-failures.ts';

const MINUTE_MS = 60_000;

async function fail(failures: AuthFailures, address: string, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await failures.count(address);
}

describe('wrong tokens', () => {
  it('block their address with the fifth within a minute, twice as long each time, for 15 minutes at most', async () => {
    const failures = new AuthFailures();
    await fail(failures, '192.0.2.1', 4);
    expect(failures.blockedForMs('192.0.2.1')).toBe(0);
    for (const minutes of [1, 2, 4, 8, 15, 15]) {
      await fail(failures, '192.0.2.1', minutes === 1 ? 1 : 5);
      expect(Math.ceil(failures.blockedForMs('192.0.2.1') / MINUTE_MS)).toBe(minutes);
    }
    expect(failures.blockedForMs('192.0.2.2')).toBe(0);
  });

  it('count for the whole /64 of an IPv6 address', async () => {
    const failures = new AuthFailures();
    for (let host = 1; host <= 5; host += 1) await failures.count(`2001:db8:1:2::${host}`);
    expect(failures.blockedForMs('2001:db8:1:2:ffff::1')).toBeGreaterThan(0);
    expect(failures.blockedForMs('2001:db8:1:3::1')).toBe(0);
  });

  it('are all counted that are shown at once', async () => {
    const failures = new AuthFailures();
    await Promise.all(Array.from({ length: 5 }, () => failures.count('192.0.2.1')));
    expect(failures.blockedForMs('192.0.2.1')).toBeGreaterThan(0);
  });

  it('are counted again after what counts them could not be loaded', async () => {
    vi.doMock('rate-limiter-flexible', () => {
      throw new Error('too many open files');
    });
    const failures = new AuthFailures();
    await expect(failures.count('192.0.2.1')).rejects.toThrow(Error);
    vi.doUnmock('rate-limiter-flexible');
    await fail(failures, '192.0.2.1', 5);
    expect(failures.blockedForMs('192.0.2.1')).toBeGreaterThan(0);
  });
});
