import { expect, it } from 'vitest';
import { RemoteHost } from '../hosts/remote-host.ts';
import { FarHost } from '../testing/far-host.ts';
import { TestHub } from '../testing/test-hub.ts';

it('a viewer that does not read is told of a due sample in the middle of several that came at once', async () => {
  const test = new TestHub();
  const far = new FarHost(test.clock);
  test.hosts.add(new RemoteHost({ summary: far.summary, feed: far, clock: test.clock }));
  const client = test.connectV1();
  const arrive = async (count: number): Promise<void> => {
    far.take(count);
    await Promise.resolve();
  };
  client.send({ action: 'subscribe', host: far.id, metrics: ['cpu'], intervalMs: 2000 });
  await test.clock.advance(far.latencyMs);
  // Those with even numbers are due, and the first.
  await arrive(1);
  await arrive(1);
  client.take();
  client.stopReading();
  await arrive(1);
  await arrive(1);
  await arrive(3);
  client.readAgain();
  expect(client.takeMessages()).toMatchObject([
    {
      messages: [
        { type: 'gap', from: 3, to: 5, reason: 'slow' },
        { type: 'metrics', seq: 6, prev: 5 },
      ],
    },
  ]);
  await arrive(1);
  expect(client.takeMessages()).toMatchObject([{ type: 'metrics', seq: 8, prev: 6 }]);
});
