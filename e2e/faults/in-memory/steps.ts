import fc from 'fast-check';
import type { World } from './world.ts';

/** Something that happens to a world. Printed when a case fails. */
export type Step = readonly [name: StepName, ...values: number[]];
type StepName = keyof typeof STEPS;

const STEPS = {
  pass: (world: World, ms: number) => world.clock.advance(ms),
  cut: ({ network }: World) => network.cut(),
  stall: ({ network }: World) => network.stall(),
  swallow: ({ network }: World) => network.swallow(),
  reset: ({ network }: World) => network.reset(),
  slow: ({ network }: World, latencyMs: number, readingMs: number) => network.slowDown(latencyMs, readingMs),
  restore: ({ network }: World) => network.restore(),
  killAgent: (world: World) => world.stopAgent('kill'),
  stopAgent: (world: World) => world.stopAgent('stop'),
  startAgent: (world: World) => world.startAgent(),
  burn: ({ clock }: World, ms: number) => clock.stall(ms),
  sleep: ({ clock }: World, ms: number) => clock.sleep(ms),
  stepWallClock: ({ clock }: World, ms: number) => {
    clock.wallOffsetMs += ms;
  },
  subscribe: (world: World, intervalMs: number, backfill: number) =>
    world.subscribe(intervalMs === 0 ? undefined : intervalMs, backfill),
  mend: (world: World) => world.mend(),
  unsubscribe: (world: World) => world.unsubscribe(),
  stopClient: ({ client }: World) => client.stop(),
  startClient: ({ client }: World) => client.start(),
  checkAlive: ({ client }: World) => client.checkAlive(),
  goOffline: ({ client }: World) => client.hold(),
  goOnline: ({ client }: World) => client.release(),
} satisfies Record<string, (world: World, ...values: number[]) => Promise<void> | void>;

export async function perform(world: World, [name, ...values]: Step): Promise<void> {
  const step: (world: World, ...values: number[]) => Promise<void> | void = STEPS[name];
  await step(world, ...values);
}

const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const always = (name: StepName): fc.Arbitrary<Step> => fc.constant([name]);
const withValues = (name: StepName, ...arbitraries: fc.Arbitrary<number>[]): fc.Arbitrary<Step> =>
  fc.tuple(...arbitraries).map((values): Step => [name, ...values]);

/** Below, at and above the agent's own interval; 0 asks for none. */
const interval = fc.constantFrom(0, 100, 250, 400, 1000, 3000);

/** Time passes a third of the time, mostly seconds; the rest are faults, and what ends them. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: withValues('pass', ms(5000)) },
  { weight: 4, arbitrary: withValues('pass', ms(60_000)) },
  { weight: 1, arbitrary: fc.constant<Step>(['pass', 16 * 60_000]) },
  { weight: 12, arbitrary: always('mend') },
  { weight: 3, arbitrary: always('restore') },
  { weight: 2, arbitrary: always('cut') },
  { weight: 2, arbitrary: always('stall') },
  { weight: 2, arbitrary: always('swallow') },
  { weight: 3, arbitrary: always('reset') },
  { weight: 3, arbitrary: withValues('slow', ms(2000), ms(5000)) },
  { weight: 2, arbitrary: always('killAgent') },
  { weight: 1, arbitrary: always('stopAgent') },
  { weight: 2, arbitrary: always('startAgent') },
  { weight: 1, arbitrary: withValues('burn', ms(10_000)) },
  { weight: 1, arbitrary: withValues('sleep', ms(60_000)) },
  { weight: 1, arbitrary: withValues('stepWallClock', fc.integer({ min: -3_600_000, max: 86_400_000 })) },
  { weight: 3, arbitrary: withValues('subscribe', interval, fc.integer({ min: 0, max: 50 })) },
  { weight: 3, arbitrary: always('unsubscribe') },
  { weight: 1, arbitrary: always('stopClient') },
  { weight: 1, arbitrary: always('startClient') },
  { weight: 1, arbitrary: always('checkAlive') },
  { weight: 1, arbitrary: always('goOffline') },
  { weight: 1, arbitrary: always('goOnline') },
);
