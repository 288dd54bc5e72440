import { expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../../agent/testing/receiver.ts';
import type { ToldAlerts } from '../../shared/client/client-subscription.ts';
import { until } from '../faults/fast-time.ts';
import { idOf, RelayWorld } from './relay-agents.ts';

function alertsFile(world: RelayWorld, name: string, text: string): string {
  return world.file(name, `defaults: off\n${text}`);
}

it.concurrent('alerts of a host are those that its own agent evaluates, under the id that it has here', async (context) => {
  const world = RelayWorld.make(context);
  const rules = alertsFile(world, 'far.yaml', 'rules:\n  used: { metric: memory, above: 0 }\n');
  const far = await world.far({ args: ['--alerts', rules] });
  const relay = await world.relay([far.url], { args: ['--alerts', 'off'] });
  const id = idOf(far.url);
  const told: ToldAlerts[] = [];
  const { client } = world.follow(relay.url, id);
  client.subscribe(
    { host: id, metrics: ['memory'], alerts: true },
    {
      subscribed: () => {},
      sample: () => {},
      gap: () => {},
      refused: () => {},
      alerts: (one) => told.push(one),
    },
  );
  await until('an alert', () => told.some(({ alerts }) => alerts.some(({ state }) => state === 'firing')));
  expect(told.at(-1)?.alerts[0]).toMatchObject({ host: id, rule: 'used', metric: 'memory' });
  expect(told.flatMap(({ lines = [] }) => lines)).toMatchObject([{ metrics: ['memory'], threshold: 0 }]);
  const counted: unknown[] = [];
  client.followHosts([id], { hosts: ({ hosts }) => counted.push(...hosts), refused: () => {} });
  await until('its summary', () => JSON.stringify(counted).includes('"trouble":1'));
});

/** Until a host counts as down, until messages are gathered, twice, and until a client comes back. */
const PATIENCE = { timeout: 180_000 };

it.concurrent(
  'a host that is gone is told of by who relays it, once, and nothing else of it is',
  PATIENCE,
  async (context) => {
    const world = RelayWorld.make(context);
    const receiver: Receiver = await startReceiver();
    world.onEnd(() => receiver.close());
    const rules = alertsFile(
      world,
      'relay.yaml',
      `channels:\n  hook: { type: webhook, url: "${receiver.url}/hook" }\nrules:\n  gone: { when: unheard, for: 1s, keep_for: 1s }\n  used: { metric: "filesystem.*.used", hosts: ["*@*"], above: 0 }\n`,
    );
    const far = await world.far();
    const relay = await world.relay([far.url], { args: ['--alerts', rules, '--interval', '200'] });
    const id = idOf(far.url);
    const follower = world.follow(relay.url, id);
    await follower.more(5);
    await far.kill();
    const messages = (): string[] => receiver.requests.map(({ body }) => String(body));
    await until('a message', () => messages().length > 0);
    expect(messages()[0]).toContain(id);
    await world.far({ port: far.port });
    await until('that it is back', () => messages().length > 1);
    expect(messages().map((text) => text.includes('gone'))).toEqual([true, true]);
  },
);
