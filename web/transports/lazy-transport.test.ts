import { expect, it } from 'vitest';
import type { Transport, TransportEvents } from '../../shared/client/transport.ts';
import { LazyTransport } from './lazy-transport.ts';

const purpose = { token: undefined, subscriptions: () => [] };

/** A lazy transport that opens at once when loaded, its events, and how to end its loading. */
function lazy() {
  const told: string[] = [];
  const events: TransportEvents = {
    opened: (name) => told.push(`opened ${name}`),
    received: (frame) => told.push(String(frame)),
    closed: (code) => told.push(`closed ${code}`),
  };
  const inner: Transport = {
    name: 'inner',
    connect: (_purpose, { opened, closed }) => {
      opened('inner');
      return {
        canSend: true,
        send: (text) => told.push(`sent ${text}`),
        renew: () => told.push('renewed'),
        close: () => closed(1005, ''),
      };
    },
  };
  let load = (): void => {};
  let fail = (): void => {};
  const loaded = new Promise<Transport>((resolve, reject) => {
    load = () => resolve(inner);
    fail = () => reject(new TypeError('Failed to fetch'));
  });
  const connection = new LazyTransport('inner', () => loaded).connect(purpose, events);
  return { told, connection, load, fail };
}

it('connects when loaded, and acts as that transport from then on', async () => {
  const { told, connection, load } = lazy();
  connection.renew();
  connection.send('too early');
  expect(connection.canSend).toBe(false);
  load();
  await expect.poll(() => told).toEqual(['opened inner']);
  expect(connection.canSend).toBe(true);
  connection.renew();
  connection.send('a');
  connection.close();
  expect(told).toEqual(['opened inner', 'renewed', 'sent a', 'closed 1005']);
});

it('is closed as broken if loading fails', async () => {
  const { told, fail } = lazy();
  fail();
  await expect.poll(() => told).toEqual(['closed 1006']);
});

it('does not connect if closed before it is loaded', async () => {
  const { told, connection, load } = lazy();
  connection.close();
  expect(told).toEqual([]);
  await expect.poll(() => told).toEqual(['closed 1005']);
  load();
  await new Promise((resolve) => setTimeout(resolve));
  expect(told).toEqual(['closed 1005']);
});
