import { isoTime } from '../../log.ts';

/** The dashboard at a moment, in the form of `web/state/view.ts`; `null` if nobody said where the dashboard is. */
export function dashboardLink(dashboardUrl: string | null, atMs: number | null): string | null {
  if (dashboardUrl === null || !URL.canParse(dashboardUrl)) return null;
  const url = new URL(dashboardUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  if (atMs !== null) url.searchParams.set('at', isoTime(new Date(atMs)).replace('.000Z', 'Z'));
  // Times are easier to read so, and a query may hold a colon.
  return url.href.replaceAll('%3A', ':');
}
