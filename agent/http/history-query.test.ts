import { describe, expect, it } from 'vitest';
import { MessageError } from '../../shared/protocol/codec.ts';
import { readHistoryQuery } from './history-query.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const HOUR = 3_600_000;
const read = (query: string) => readHistoryQuery(new URLSearchParams(query), NOW);

/** The refusal's sentence. */
function refused(query: string): string {
  try {
    read(query);
  } catch (error) {
    if (error instanceof MessageError) return error.message;
    throw error;
  }
  throw new Error(`${query} was not refused`);
}

it('is the last hour by a thousand points at most unless it says otherwise', () => {
  expect(read('metrics=cpu')).toEqual({
    action: 'history',
    metrics: ['cpu'],
    tables: [],
    from: NOW - HOUR,
    to: NOW,
    points: 1000,
  });
});

it('names several metrics and tables by commas, or one by one', () => {
  expect(read('metrics=cpu,memory*&metrics=disk.*,&tables=processes&host=web-1&points=10000')).toMatchObject({
    metrics: ['cpu', 'memory*', 'disk.*'],
    tables: ['processes'],
    host: 'web-1',
    points: 10_000,
  });
});

describe('a time', () => {
  it.each([
    ['1795000000000', 1_795_000_000_000],
    ['2026-11-30', Date.parse('2026-11-30T00:00:00Z')],
    ['2026-11-30T10:30Z', Date.parse('2026-11-30T10:30:00Z')],
    ['2026-11-30T10:30:15.250Z', Date.parse('2026-11-30T10:30:15.250Z')],
    ['2026-11-30T10:30:00-02:00', Date.parse('2026-11-30T12:30:00Z') - 2 * HOUR + 2 * HOUR],
    ['2026-11-30T10:30:00%2B01:00', Date.parse('2026-11-30T09:30:00Z')],
    // As many write it.
    ['2026-11-30T10:30:00+01:00', Date.parse('2026-11-30T09:30:00Z')],
    ['-90s', NOW - 90_000],
    ['-15m', NOW - HOUR / 4],
    ['-24h', NOW - 24 * HOUR],
    ['-7d', NOW - 7 * 24 * HOUR],
    ['-2w', NOW - 14 * 24 * HOUR],
    ['-1y', NOW - 365 * 24 * HOUR],
    ['-999999999y', 0],
  ])('may be %s', (text, from) => {
    expect(read(`metrics=cpu&to=9000000000000&from=${text}`).from).toBe(from);
  });

  it('may be now', () => {
    expect(read('metrics=cpu&from=-1h&to=now').to).toBe(NOW);
  });

  it.each([
    '',
    'yesterday',
    '-1',
    '1.5',
    '1e3',
    '-24H',
    '--24h',
    '-1234567890s',
    '2026-11-30T10:30:00',
    '2026-13-45',
    '30.11.2026',
    'NaN',
    'Infinity',
    '0x10',
  ])('is refused as "%s", with the fix', (text) => {
    expect(refused(`metrics=cpu&from=${text}`)).toMatch(
      /^Invalid from: expected Unix ms, ISO 8601 such as .*, "now", or a time before now such as -24h$/,
    );
    expect(refused(`metrics=cpu&to=${text}`)).toMatch(/^Invalid to: expected Unix ms/);
  });
});

it.each([
  ['', 'Invalid metrics: must name at least one metric, unless there is a table'],
  ['metrics=', 'Invalid metrics: must name at least one metric, unless there is a table'],
  [`metrics=${'m,'.repeat(65)}`, 'Invalid metrics: must name at most 64 metrics'],
  [`metrics=${'m'.repeat(257)}`, 'Invalid metrics.0: must have at most 256 characters'],
  [`tables=${'t,'.repeat(9)}`, 'Invalid tables: must name at most 8 tables'],
  ['metrics=cpu&host=', 'Invalid host: must not be empty'],
  [
    'metrics=cpu%00',
    'Invalid message: leave out control characters, lone surrogates and marks of text direction',
  ],
  ['metrics=cpu&from=2000&to=1000', 'Invalid from: must be before "to"'],
  ['metrics=cpu&from=1000&to=1000', 'Invalid from: must be before "to"'],
  ['metrics=cpu&from=0&to=99999999999999999999', 'Invalid to: expected an integer'],
  ['metrics=cpu&points=0', 'Invalid points: must be at least 1'],
  ['metrics=cpu&points=', 'Invalid points: must be at least 1'],
  ['metrics=cpu&points=-5', 'Invalid points: must be at least 1'],
  ['metrics=cpu&points=1.5', 'Invalid points: expected an integer'],
  ['metrics=cpu&points=many', 'Invalid points: expected a number'],
  ['metrics=cpu&points=10001', 'Invalid points: must be at most 10000'],
])('refuses "%s": %s', (query, sentence) => {
  expect(refused(query)).toBe(sentence);
});
