import { describe, expect, it } from 'vitest';
import { isoTime } from './log.ts';

describe('the time of a log line', () => {
  it.each([
    '1970-01-01T00:00:00.000Z',
    '2026-02-03T04:05:06.007Z',
    '2026-12-31T23:59:59.999Z',
    '2028-02-29T10:20:30.040Z',
  ])('has the ISO 8601 format: %s', (text) => {
    expect(isoTime(new Date(text))).toBe(text);
  });
});
