import * as v from 'valibot';
import { MessageError } from '../../shared/protocol/codec.ts';
import type { Position } from '../../shared/protocol/messages.ts';

/** The position of a subscription to how hosts are. */
export interface OverviewCursor {
  readonly sub: string;
  /** `OverviewView.encode`. */
  readonly overview: string;
}

/** The position of one of a client's subscriptions. */
export type CursorEntry = SampleCursor | OverviewCursor;

/** The position of a subscription to a host's samples. */
export interface SampleCursor {
  readonly sub: string;
  readonly since: Position;
  /** `Subscription.fingerprint`. */
  readonly fingerprint: string;
  /** `AlertCursor.position`; absent without alerts. */
  readonly alerts?: string | undefined;
  /** What a client that polls was told of the host: `HostIntroductions.toldOf`. */
  readonly host?: string | undefined;
}

const naturalNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const position = [v.string(), v.string(), naturalNumber, v.nullable(naturalNumber), v.string()] as const;
/** `[sub, epoch, seq, ts, fingerprint]`, then the position of alerts and what was told of the host where there are any; or `[sub, overview]`. */
const entriesSchema = v.array(
  v.union([
    v.strictTuple(position),
    v.strictTuple([...position, v.string()]),
    v.strictTuple([...position, v.nullable(v.string()), v.string()]),
    v.strictTuple([v.string(), v.string()]),
  ]),
);

/**
 * Encodes positions as a string that the client keeps and sends back, so that the agent keeps none. It goes into a header, hence base64url. Nothing
 * in it is secret or trusted: a client may request any position anyway.
 */
export function encodeCursor(entries: readonly CursorEntry[]): string {
  if (entries.length === 0) return '';
  return Buffer.from(JSON.stringify(entries.map(tupleOf))).toString('base64url');
}

/** The entries by `sub`. @throws MessageError if `encodeCursor` did not write the cursor */
export function decodeCursor(cursor: string): ReadonlyMap<string, CursorEntry> {
  if (cursor === '') return new Map();
  const result = v.safeParse(entriesSchema, parse(Buffer.from(cursor, 'base64url').toString()));
  if (!result.success)
    throw new MessageError('invalid_message', 'Invalid cursor: leave it out to begin anew');
  return new Map(
    result.output.map((tuple): [string, CursorEntry] => {
      if (tuple.length === 2) return [tuple[0], { sub: tuple[0], overview: tuple[1] }];
      const [sub, epoch, seq, ts, fingerprint, alerts, host] = tuple;
      const since = { epoch, seq, ts: ts ?? undefined };
      return [sub, { sub, since, fingerprint, alerts: alerts ?? undefined, host }];
    }),
  );
}

function tupleOf(entry: CursorEntry): readonly unknown[] {
  if ('overview' in entry) return [entry.sub, entry.overview];
  const { sub, since, fingerprint, alerts, host } = entry;
  const { epoch, seq, ts } = since;
  const place = [sub, epoch, seq, ts ?? null, fingerprint];
  if (host !== undefined) return [...place, alerts ?? null, host];
  return alerts === undefined ? place : [...place, alerts];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
