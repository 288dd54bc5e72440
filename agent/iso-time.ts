/** Unix ms of an ISO 8601 time; NaN for anything else, also for a day that the calendar does not have: `Date` takes 31 February for 3 March. */
export function parseIsoTime(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  if (year === undefined) return Number.NaN;
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isDay ? Date.parse(text) : Number.NaN;
}
