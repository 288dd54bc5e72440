import { expect, it } from 'vitest';
import { HostRegistry } from '../hosts/host-registry.ts';
import { RemoteHost } from '../hosts/remote-host.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FarHost } from '../testing/far-host.ts';
import { Broadcasts } from './broadcast.ts';

it('still counts what the clients of a host missed that nobody follows any more', () => {
  const clock = new FakeClock();
  const far = new FarHost(clock);
  const stream = new RemoteHost({ summary: far.summary, feed: far, clock });
  const broadcasts = new Broadcasts(new HostRegistry([stream]));
  broadcasts.of(stream).countSkipped();
  broadcasts.delete(stream);
  broadcasts.of(stream).countSkipped();
  expect(broadcasts.skippedSamples).toBe(2);
});
