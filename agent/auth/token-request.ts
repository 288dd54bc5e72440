import * as v from 'valibot';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import { isOrigin } from '../origins.ts';
import { unknownMetric, unknownTable } from '../sampling/known-names.ts';
import { NAME_OR_GLOB, PERMISSIONS } from './grant.ts';
import type { TokenRequest } from './signed-tokens.ts';

/** Longest lifetime of a token that expires. */
const MAX_LIFE_S = 10 * 366 * 24 * 60 * 60;
const MAX_LABEL_CHARACTERS = 64;

const pattern = v.pipe(
  v.string('expected names and globs'),
  v.regex(NAME_OR_GLOB, 'must have names and globs of letters, digits and . _ - : @ + ~ *'),
  v.maxLength(
    CLIENT_LIMITS.stringLength,
    `must have names of at most ${CLIENT_LIMITS.stringLength} characters`,
  ),
);
const patterns = v.pipe(
  v.array(pattern, 'expected a list'),
  v.maxLength(CLIENT_LIMITS.metrics, `must name at most ${CLIENT_LIMITS.metrics}`),
);

/** Patterns of things that can exist. @param unknown describes what is wrong with a name, `null` for nothing */
const known = (unknown: (name: string) => string | null) =>
  v.pipe(
    patterns,
    v.checkItems(
      (name) => unknown(name) === null,
      ({ input }) => unknown(input) ?? '',
    ),
  );
const origin = v.pipe(
  v.string('expected origins'),
  v.check(isOrigin, 'must have origins such as https://example.com, without a path'),
);

const requestSchema = v.pipe(
  v.object({
    label: v.optional(
      v.pipe(
        v.string('expected a string'),
        v.maxLength(MAX_LABEL_CHARACTERS, `must have at most ${MAX_LABEL_CHARACTERS} characters`),
        v.regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must have visible characters only'),
      ),
      '',
    ),
    metrics: v.optional(known(unknownMetric), []),
    tables: v.optional(known(unknownTable), []),
    hosts: v.optional(patterns, ['*']),
    origins: v.optional(
      v.pipe(v.array(origin, 'expected a list'), v.maxLength(CLIENT_LIMITS.metrics, 'is too long')),
      [],
    ),
    may: v.optional(
      v.pipe(
        v.array(
          v.picklist(PERMISSIONS, `must have permissions that exist: ${PERMISSIONS.join(', ')}`),
          'expected a list',
        ),
        v.maxLength(PERMISSIONS.length, 'must name each permission once'),
      ),
    ),
    /** `null` for never. */
    expiresInS: v.nullable(
      v.pipe(
        v.number('expected seconds, or null for never'),
        v.safeInteger('expected whole seconds'),
        v.minValue(1, 'must be at least 1'),
        v.maxValue(MAX_LIFE_S, 'must be ten years at most, or null for never'),
      ),
    ),
  }),
  v.forward(
    v.check(
      ({ metrics, tables }) => metrics.length + tables.length > 0,
      'must name at least one, unless there is a table',
    ),
    ['metrics'],
  ),
);

/** Validates the request for a new token. Returns a sentence with the field and the fix if it is invalid. */
export function checkTokenRequest(value: unknown): TokenRequest | string {
  const result = v.safeParse(requestSchema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    // Without the index in a list.
    const [field = 'request'] = v.getDotPath(issue)?.split('.') ?? [];
    return `Invalid ${field}: ${issue.message}`;
  }
  const { expiresInS, ...request } = result.output;
  return { ...request, expiresAtMs: expiresInS === null ? null : Date.now() + expiresInS * 1000 };
}
