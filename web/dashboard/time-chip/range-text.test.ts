import { describe, expect, it, vi } from 'vitest';
import { rangeText } from './range-text.ts';

const at = (day: number, hour: number, minute = 0, second = 0, year = 2026): number =>
  new Date(year, 10, day, hour, minute, second).getTime();

describe('the text of a range', () => {
  it.each([
    [at(26, 14, 20), at(26, 15, 5), '26 Nov, 14:20–15:05'],
    [at(26, 14, 20, 5), at(26, 14, 20, 40), '26 Nov, 14:20:05–14:20:40'],
    [at(26, 22), at(27, 2), '26 Nov, 22:00–27 Nov, 02:00'],
    [at(20, 0), at(27, 0), '20–27 Nov'],
    [at(20, 0, 0, 0, 2025), at(20, 1, 0, 0, 2025), '20 Nov 2025, 00:00–01:00'],
  ])('is as fine as its length asks for', (fromMs, toMs, expected) => {
    const text = rangeText({ fromMs, toMs }, 'en-GB', at(30, 12));
    // Browsers disagree on the spaces around the dash.
    expect(text.replaceAll(/\s*–\s*/g, '–')).toBe(expected);
  });

  it('names the zone of both times where the clock is set between them, as they may look the same', () => {
    const range = { fromMs: at(26, 2, 30), toMs: at(26, 3, 30) };
    const days = { fromMs: at(20, 0), toMs: at(27, 0) };
    const offset = vi.spyOn(Date.prototype, 'getTimezoneOffset');
    offset.mockImplementation(function (this: Date) {
      return this.getTime() > range.fromMs ? -60 : -120;
    });
    const [, zone] =
      /02:30:00 (.+)$/.exec(new Date(range.fromMs).toLocaleString('en-GB', { timeStyle: 'long' })) ?? [];
    expect(rangeText(range, 'en-GB', at(30, 12))).toBe(`26 Nov, 02:30 ${zone} – 26 Nov, 03:30 ${zone}`);
    expect(rangeText(days, 'en-GB', at(30, 12))).not.toContain(zone);
    offset.mockRestore();
  });
});
