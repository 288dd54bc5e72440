import * as v from 'valibot';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import type { SilenceRequest } from '../sinks/alert-sink.ts';

/** What is wrong with a request: a sentence with the field and the fix. */
export interface Invalid {
  readonly error: string;
  readonly field?: string;
}

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MAX_SILENCE_MS = 366 * DAY_MS;
const MAX_COMMENT_CHARACTERS = 200;

const time = v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'must be Unix ms'), v.transform(Number));
const pastSchema = v.object({
  host: v.optional(v.string()),
  from: v.optional(time),
  to: v.optional(time),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, `must be 1 to ${MAX_LIMIT}`),
      v.transform(Number),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(MAX_LIMIT, `must be at most ${MAX_LIMIT}`),
    ),
    String(DEFAULT_LIMIT),
  ),
});

export interface PastQuery {
  readonly host: string | undefined;
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly limit: number;
}

/** Which alerts are asked for: those that touch a range, by default the last day. @param nowMs Unix ms */
export function readPastQuery(query: Record<string, string>, nowMs: number): PastQuery | Invalid {
  const result = v.safeParse(pastSchema, query, { abortEarly: true });
  if (!result.success) return invalid(result.issues[0]);
  const { host, from, to = Number.MAX_SAFE_INTEGER, limit } = result.output;
  const fromMs = from ?? Math.min(nowMs, to) - DAY_MS;
  if (fromMs >= to) return { error: 'Invalid from: must be before "to".', field: 'from' };
  return { host, fromMs, toMs: to, limit };
}

const visible = v.regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must have visible characters only');
const pattern = v.optional(
  v.pipe(
    v.string('expected a name or a glob'),
    v.minLength(1, 'must not be empty: use * for all'),
    v.maxLength(CLIENT_LIMITS.stringLength, `must have at most ${CLIENT_LIMITS.stringLength} characters`),
    visible,
  ),
  '*',
);
const duration = v.pipe(
  v.number('expected milliseconds'),
  v.safeInteger('expected whole milliseconds'),
  v.minValue(1000, 'must be at least a second'),
  v.maxValue(MAX_SILENCE_MS, 'must be at most a year'),
);
const silenceSchema = v.pipe(
  v.object(
    {
      rule: pattern,
      host: pattern,
      metric: pattern,
      forMs: v.optional(duration),
      untilMs: v.optional(v.pipe(v.number('expected Unix ms'), v.safeInteger('expected Unix ms'))),
      comment: v.optional(
        v.pipe(
          v.string('expected a string'),
          v.maxLength(MAX_COMMENT_CHARACTERS, `must have at most ${MAX_COMMENT_CHARACTERS} characters`),
          visible,
        ),
        '',
      ),
    },
    'expected an object',
  ),
  v.forward(
    v.check(
      ({ forMs, untilMs }) => (forMs === undefined) !== (untilMs === undefined),
      'give either forMs or untilMs',
    ),
    ['forMs'],
  ),
);

/** @param nowMs Unix ms */
export function readSilence(value: unknown, nowMs: number): SilenceRequest | Invalid {
  const result = v.safeParse(silenceSchema, value, { abortEarly: true });
  if (!result.success) return invalid(result.issues[0]);
  const { forMs = 0, untilMs = nowMs + forMs, ...silence } = result.output;
  if (untilMs <= nowMs) return { error: 'Invalid untilMs: must be in the future.', field: 'untilMs' };
  if (untilMs > nowMs + MAX_SILENCE_MS)
    return { error: 'Invalid untilMs: must be within a year.', field: 'untilMs' };
  return { ...silence, untilMs };
}

function invalid(issue: v.BaseIssue<unknown>): Invalid {
  const field = v.getDotPath(issue);
  return field === null
    ? { error: `Invalid request: ${issue.message}.` }
    : { error: `Invalid ${field}: ${issue.message}.`, field };
}
