import * as v from 'valibot';
import { MessageError } from '../../shared/protocol/codec.ts';
import type { Position } from '../../shared/protocol/messages.ts';

/** The position of one of a client's subscriptions. */
export interface CursorEntry {
  readonly sub: string;
  readonly since: Position;
  /** `Subscription.fingerprint`. */
  readonly fingerprint: string;
  /** `AlertCursor.position`; absent without alerts. */
  readonly alerts?: string | undefined;
}

const naturalNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const position = [v.string(), v.string(), naturalNumber, v.nullable(naturalNumber), v.string()] as const;
/** `[sub, epoch, seq, ts, fingerprint]`, and where there are alerts their position. */
const entriesSchema = v.array(v.union([v.strictTuple(position), v.strictTuple([...position, v.string()])]));

/**
 * Encodes positions as a string that the client keeps and sends back, so that the agent keeps none. It goes into a header, hence base64url. Nothing
 * in it is secret or trusted: a client may request any position anyway.
 */
export function encodeCursor(entries: readonly CursorEntry[]): string {
  if (entries.length === 0) return '';
  const tuples = entries.map(({ sub, since: { epoch, seq, ts }, fingerprint, alerts }) => [
    sub,
    epoch,
    seq,
    ts ?? null,
    fingerprint,
    ...(alerts === undefined ? [] : [alerts]),
  ]);
  return Buffer.from(JSON.stringify(tuples)).toString('base64url');
}

/** The entries by `sub`. @throws MessageError if `encodeCursor` did not write the cursor */
export function decodeCursor(cursor: string): ReadonlyMap<string, CursorEntry> {
  if (cursor === '') return new Map();
  const result = v.safeParse(entriesSchema, parse(Buffer.from(cursor, 'base64url').toString()));
  if (!result.success)
    throw new MessageError('invalid_message', 'Invalid cursor: leave it out to begin anew');
  return new Map(
    result.output.map(([sub, epoch, seq, ts, fingerprint, alerts]) => [
      sub,
      { sub, since: { epoch, seq, ts: ts ?? undefined }, fingerprint, alerts },
    ]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
