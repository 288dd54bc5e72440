import { runCase, type Kind, type Target } from './cases.ts';
import { SeededRandom } from './seeded-random.ts';
import { Tally } from './tally.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** Approximate number of inputs: the last case may exceed it. */
  readonly count: number;
  /** Number of the first case; with `count` 1, the only one. */
  readonly from?: number;
  readonly concurrency?: number;
  /** The only kinds of input; default: all. */
  readonly kinds?: readonly Kind[] | undefined;
  /** Called about once a second. */
  readonly progress?: (tally: Tally) => void;
}

/** More would be of the same kind. */
const MAX_FLAWS = 20;

/** Sends hostile input to an agent from many addresses at once. Ends early after many flaws. */
export async function runCampaign(
  target: Target,
  { seed, count, from = 0, concurrency = 128, kinds, progress }: CampaignOptions,
): Promise<Tally> {
  const tally = new Tally();
  let next = from;
  const worker = async (): Promise<void> => {
    while (tally.inputCount < count && tally.flaws.length < MAX_FLAWS) {
      const index = next;
      next += 1;
      const flaw = (what: string): void => void tally.flaws.push(`case ${index}: ${what}`);
      await runCase({ target, tally, kinds, random: new SeededRandom(seed, index), flaw });
    }
  };
  const reporting = setInterval(() => progress?.(tally), 1000);
  await Promise.all(Array.from({ length: concurrency }, worker));
  clearInterval(reporting);
  return tally;
}
