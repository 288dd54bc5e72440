import type { FeedStart } from '../../hosts/host-feed.ts';
import { replaySchema, type BatchBody, type ReplayRequest } from '../bodies.ts';
import type { AskEnd } from './broker.ts';
import type { FeedParts } from './following.ts';
import { readBody } from './read-body.ts';

/** How long the host may take to begin an answer, the first time; twice as long each time after that. */
const FIRST_ANSWER_MS = 1000;
const NEXT_ANSWER_MS = 2000;
/** Of one replay. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface ReplayQuestion {
  readonly start: FeedStart;
  /** Id of a catalogue that need not be told. */
  readonly knownCatalogue: string | undefined;
  /** How often it was asked already. */
  readonly tries: number;
}

/** What the ring of a host's agent has, oldest first. */
export async function askReplay(
  { broker, subjects, run, drops }: Pick<FeedParts, 'broker' | 'subjects' | 'run' | 'drops'>,
  { start, knownCatalogue, tries }: ReplayQuestion,
): Promise<{ readonly bodies: readonly BatchBody[]; readonly end: AskEnd }> {
  const bodies: BatchBody[] = [];
  let bytes = 0;
  const answered = (data: Uint8Array): boolean => {
    const body = readBody(replaySchema, data);
    if (body === undefined) drops.count('malformed');
    // Two agents of one name both answer.
    else if (!run.hears(body)) drops.count('earlier_run');
    else {
      if (body.b.length > 0) bodies.push(body);
      bytes += data.byteLength;
      return body.done || bytes > MAX_BYTES;
    }
    return false;
  };
  const patience = { firstMs: FIRST_ANSWER_MS * 2 ** tries, nextMs: NEXT_ANSWER_MS };
  const request = { ...requestOf(start), ...(knownCatalogue === undefined ? {} : { c: knownCatalogue }) };
  return { end: await broker.ask(subjects.ask('replay'), request, answered, patience), bodies };
}

function requestOf(start: FeedStart): ReplayRequest {
  if (start === 'everything') return {};
  if ('backfill' in start) return { backfill: start.backfill };
  const { epoch, seq } = start.since;
  return { since: { epoch, seq } };
}
