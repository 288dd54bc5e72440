import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import { FuzzedAgent } from './fuzzed-agent.ts';

const SEED = 20_261_125;
/** Enough to load and compile rarely used code. */
const WARM_UP = 4000;
const INPUTS = 4000;
/** Noise of the heap size after so few inputs. */
const MAX_GROWTH = 1.1;

let agent: FuzzedAgent;

beforeAll(async () => {
  agent = await FuzzedAgent.start();
});
afterAll(() => agent.stop());

it(`${INPUTS} hostile inputs from a hundred addresses at once: no crash, no unhandled rejection, no defect, no leaked secret`, async () => {
  await runCampaign(agent.target, { seed: SEED + 1, count: WARM_UP });
  const before = await agent.memory();
  const tally = await runCampaign(agent.target, { seed: SEED, count: INPUTS });
  expect(tally.flaws).toEqual([]);
  expect([...tally.inputs.keys()].toSorted()).toEqual([
    'frame',
    'head',
    'message',
    'packed',
    'poll',
    'stream',
  ]);
  await agent.assertWell();
  const growth = async (): Promise<number> => (await agent.memory()).heapUsed / before.heapUsed;
  // Connections closed last may still be in memory.
  await expect.poll(growth, { timeout: 10_000, interval: 500 }).toBeLessThan(MAX_GROWTH);
});
