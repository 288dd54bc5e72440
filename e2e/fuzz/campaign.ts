import { runCase, type Target } from './cases.ts';
import { SeededRandom } from './seeded-random.ts';
import { Tally } from './tally.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** Inputs, about: the last case may have some more. */
  readonly count: number;
  /** Number of the first case: with a count of 1, that case alone. */
  readonly from?: number;
  /** Connections at the same time. */
  readonly concurrency?: number;
  /** Called about once a second. */
  readonly progress?: (tally: Tally) => void;
}

/** More are of the same kind. */
const MAX_FLAWS = 20;

/** Sends hostile input to an agent from many addresses at once. Ends early when much is wrong. */
export async function runCampaign(
  target: Target,
  { seed, count, from = 0, concurrency = 128, progress }: CampaignOptions,
): Promise<Tally> {
  const tally = new Tally();
  let next = from;
  const worker = async (): Promise<void> => {
    while (tally.inputCount < count && tally.flaws.length < MAX_FLAWS) {
      const index = next;
      next += 1;
      const flaw = (what: string): void => void tally.flaws.push(`case ${index}: ${what}`);
      await runCase({ target, tally, random: new SeededRandom(seed, index), flaw });
    }
  };
  const reporting = setInterval(() => progress?.(tally), 1000);
  await Promise.all(Array.from({ length: concurrency }, worker));
  clearInterval(reporting);
  return tally;
}
