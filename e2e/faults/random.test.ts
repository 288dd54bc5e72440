import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadMessagePack } from '../../agent/sessions/message-pack.ts';
import { DIALECTS, type Dialect } from './in-memory/dialect.ts';
import { perform, step } from './in-memory/steps.ts';
import { directRoute } from './in-memory/direct-route.ts';
import { natsRoute } from './in-memory/nats-route.ts';
import { relayRoute } from './in-memory/relay-route.ts';
import { localRoute } from './in-memory/route.ts';
import { World } from './in-memory/world.ts';

const WANTED = process.env['METRICS_PANEL_CASES'];
const CASES = Number(WANTED ?? 200);
/** To repeat a failed run, which prints its seed. A few cases are the same each time; many are others each time. */
const SEED = process.env['METRICS_PANEL_SEED'] ?? (WANTED === undefined ? '2026' : undefined);
const MAX_STEPS = 40;

/** Park and Miller's generator, for the jitter of one case. */
function jitter(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const ROUTES = [
  { from: 'the agent itself', makeRoute: localRoute },
  { from: 'a copy of its store', makeRoute: directRoute },
  { from: 'another agent that relays it', makeRoute: relayRoute },
  { from: 'a gateway behind a broker', makeRoute: natsRoute },
];

/** Many cases are as many of each. */
const SPOKEN: readonly { readonly named: string; readonly dialects: readonly Dialect[] }[] =
  WANTED === undefined
    ? [{ named: 'JSON or MessagePack', dialects: DIALECTS }]
    : [
        { named: 'JSON', dialects: ['json', 'compact'] },
        { named: 'MessagePack', dialects: ['msgpack'] },
      ];

beforeAll(async () => loadMessagePack());

describe.each(ROUTES)(
  'under any faults of networks, the agent, its host and the client, served by $from',
  ({ makeRoute }) => {
    it.each(SPOKEN)(
      `[RT-10] [RT-9] [FC-1] in ${CASES} random cases over $named no sample is missing without a gap, comes twice, or is out of order`,
      { timeout: 120_000 + CASES * 500 },
      async ({ dialects }) => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(step, { minLength: 1, maxLength: MAX_STEPS, size: 'max' }),
            fc.integer({ min: 1, max: 2_147_483_646 }),
            fc.constantFrom(...dialects),
            async (steps, jitterSeed, dialect) => {
              const world = new World(jitter(jitterSeed), makeRoute, dialect);
              for (const one of steps) await perform(world, one);
              await world.recover();
              expect(await world.flaws()).toEqual([]);
            },
          ),
          { numRuns: CASES, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
        );
      },
    );
  },
);
