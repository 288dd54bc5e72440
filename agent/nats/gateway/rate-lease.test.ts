import { expect, it } from 'vitest';
import { FakeBroker } from '../../testing/fake-broker.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { PublishedHost } from '../../testing/published-host.ts';
import { subjectsOf } from '../subjects.ts';
import { RateLease } from './rate-lease.ts';

it('is asked for until its end, even if somebody wants it again then', async () => {
  const clock = new FakeClock();
  const broker = new FakeBroker(clock);
  const host = new PublishedHost(broker, 'web-1');
  const lease = new RateLease({ broker, clock, subjects: subjectsOf('web-1'), intervalMs: 1000 });
  lease.renew({ intervalMs: 500, tables: false });
  await clock.advance(20_000);
  expect(host.leases).toHaveLength(3);
  lease.end();
  lease.renew({ intervalMs: 500, tables: false });
  await clock.advance(20_000);
  expect(host.leases).toHaveLength(3);
  expect(clock.pending).toBe(0);
});
