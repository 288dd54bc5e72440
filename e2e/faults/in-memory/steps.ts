import fc from 'fast-check';
import type { World } from './world.ts';

/** Something that happens to a world. Printed when a case fails. */
export type Step = readonly [name: StepName, ...values: number[]];
type StepName = keyof typeof STEPS;

const STEPS = {
  pass: (world: World, ms: number) => world.clock.advance(ms),
  cut: (world: World, far: number) => world.link(far).cut(),
  stall: (world: World, far: number) => world.link(far).stall(),
  swallow: (world: World, far: number) => world.link(far).swallow(),
  reset: (world: World, far: number) => world.link(far).reset(),
  slow: (world: World, far: number, latencyMs: number, readingMs: number) =>
    world.link(far).slowDown(latencyMs, readingMs),
  restore: (world: World, far: number) => world.link(far).restore(),
  killAgent: (world: World) => world.stopAgent('kill'),
  stopAgent: (world: World) => world.stopAgent('stop'),
  startAgent: (world: World) => world.startAgent(),
  killServer: (world: World) => world.stopServer('kill'),
  stopServer: (world: World) => world.stopServer('stop'),
  startServer: (world: World) => world.startServer(),
  burn: ({ clock }: World, ms: number) => clock.stall(ms),
  sleep: ({ clock }: World, ms: number) => clock.sleep(ms),
  stepWallClock: ({ clock }: World, ms: number) => {
    clock.wallOffsetMs += ms;
  },
  subscribe: (world: World, intervalMs: number, backfill: number, batchMs: number) =>
    world.subscribe(intervalMs, backfill, batchMs),
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

/** Of the viewers' network, or (1) beyond it. */
const far = fc.integer({ min: 0, max: 1 });
/** Below, at and above the agent's own interval; 0 asks for none. */
const interval = fc.constantFrom(0, 100, 250, 400, 1000, 3000);
const batch = fc.constantFrom(0, 0, 50, 300, 1000, 2500, 5000);

/** Time passes a third of the time, mostly seconds; the rest are faults, and what ends them. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: withValues('pass', ms(5000)) },
  { weight: 4, arbitrary: withValues('pass', ms(60_000)) },
  { weight: 1, arbitrary: fc.constant<Step>(['pass', 16 * 60_000]) },
  { weight: 12, arbitrary: always('mend') },
  { weight: 3, arbitrary: withValues('restore', far) },
  { weight: 2, arbitrary: withValues('cut', far) },
  { weight: 2, arbitrary: withValues('stall', far) },
  { weight: 2, arbitrary: withValues('swallow', far) },
  { weight: 3, arbitrary: withValues('reset', far) },
  { weight: 3, arbitrary: withValues('slow', far, ms(2000), ms(5000)) },
  { weight: 2, arbitrary: always('killAgent') },
  { weight: 1, arbitrary: always('stopAgent') },
  { weight: 2, arbitrary: always('startAgent') },
  { weight: 1, arbitrary: always('killServer') },
  { weight: 1, arbitrary: always('stopServer') },
  { weight: 1, arbitrary: always('startServer') },
  { weight: 1, arbitrary: withValues('burn', ms(10_000)) },
  { weight: 1, arbitrary: withValues('sleep', ms(60_000)) },
  { weight: 1, arbitrary: withValues('stepWallClock', fc.integer({ min: -3_600_000, max: 86_400_000 })) },
  { weight: 3, arbitrary: withValues('subscribe', interval, fc.integer({ min: 0, max: 50 }), batch) },
  { weight: 3, arbitrary: always('unsubscribe') },
  { weight: 1, arbitrary: always('stopClient') },
  { weight: 1, arbitrary: always('startClient') },
  { weight: 1, arbitrary: always('checkAlive') },
  { weight: 1, arbitrary: always('goOffline') },
  { weight: 1, arbitrary: always('goOnline') },
);
