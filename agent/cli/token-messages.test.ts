import { describe, expect, it } from 'vitest';
import { describeEnd, describeTokens } from './token-messages.ts';

const NOW_MS = Date.UTC(2026, 10, 29, 14, 5, 6);
const S = 1000;
const H = 3600 * S;

describe('the end of a token', () => {
  it.each([
    [90 * 24 * H - 5, 'in 90 days, on 27 February 2027'],
    [36 * H, 'in 36 hours, on 1 December 2026 at 02:05 UTC'],
    [48 * H, 'in 2 days, on 1 December 2026'],
    [2 * H, 'in 2 hours, on 29 November 2026 at 16:05 UTC'],
    [90 * 60 * S, 'in 90 minutes, on 29 November 2026 at 15:35 UTC'],
    [2 * H - 5, 'in 2 hours, on 29 November 2026 at 16:05 UTC'],
    [60 * S, 'in 60 seconds, on 29 November 2026 at 14:06:06 UTC'],
    [1 * S, 'in 1 second, on 29 November 2026 at 14:05:07 UTC'],
    [1, 'in 1 second, on 29 November 2026 at 14:05:06 UTC'],
  ])('%i ms from now is %s', (inMs, words) => {
    expect(describeEnd(NOW_MS + inMs, NOW_MS)).toBe(words);
  });
});

describe('the description of a token', () => {
  const TOKEN = {
    id: 'a1',
    label: '',
    metrics: ['cpu'],
    tables: [],
    hosts: ['*'],
    origins: [],
    createdAtMs: 0,
    expiresAtMs: null,
  };
  it('says any page when the token has no origins', () => {
    expect(describeTokens([TOKEN], NOW_MS)).toBe(
      'a1  metrics cpu; on any page, and for any program; for ever\n',
    );
  });

  it('names its origins, label and tables', () => {
    const more = { label: 'x', tables: ['processes'], origins: ['https://a.example', 'https://b.example'] };
    expect(describeTokens([{ ...TOKEN, ...more }], NOW_MS)).toBe(
      'a1  "x"; metrics cpu; tables processes; on pages of https://a.example, https://b.example; for ever\n',
    );
  });

  it('names its hosts unless it is for all', () => {
    expect(describeTokens([{ ...TOKEN, hosts: ['web', 'db*'] }], NOW_MS)).toBe(
      'a1  metrics cpu; of the hosts web,db* alone; on any page, and for any program; for ever\n',
    );
  });

  it('names what it may do beside seeing', () => {
    expect(describeTokens([{ ...TOKEN, may: ['alerts:write'] }], NOW_MS)).toBe(
      'a1  metrics cpu; on any page, and for any program; may alerts:write; for ever\n',
    );
  });

  it('says so when there are no tokens', () => {
    expect(describeTokens([], NOW_MS)).toBe('There are no tokens.\n');
  });
});
