import type { Theme } from '../elements/theme-switch/theme.ts';
import { Observable } from './observable.ts';

/** How much time the charts show: `points` is the panel's default of 20 samples, the others are minutes. */
export const TIME_SPANS = ['points', '1m', '5m', '15m'] as const;
export type TimeSpan = (typeof TIME_SPANS)[number];

const MINUTE_MS = 60_000;
const DEFAULT_POINTS = 20;
/** A line needs two. */
const MIN_POINTS = 2;
const DEFAULT_INTERVAL_MS = 1000;

/** The part of the view that a link to the dashboard carries. Defaults are omitted from the address. */
export interface View {
  readonly span: TimeSpan;
  /** `null`: what the reader's browser remembers. */
  readonly theme: Theme | null;
  /** Titles of the open sections; `null`: what the reader's browser remembers. */
  readonly open: readonly string[] | null;
  /** Words to search metric names for. */
  readonly search: string;
  readonly isWall: boolean;
}

/** Reads the query of an address. Unknown parameters and values are ignored. */
export function readView(query: string): View {
  const parameters = new URLSearchParams(query);
  const span = parameters.get('window');
  const theme = parameters.get('theme');
  return {
    span: TIME_SPANS.find((one) => one === span) ?? 'points',
    theme: theme === 'light' || theme === 'dark' || theme === 'auto' ? theme : null,
    open: parameters.get('open')?.split(',').filter(Boolean) ?? null,
    search: parameters.get('search') ?? '',
    isWall: parameters.has('wall'),
  };
}

/** `?window=5m&open=CPU,Memory`; empty for the default view. */
export function writeView({ span, theme, open, search, isWall }: View): string {
  const parts = [
    span === 'points' ? '' : `window=${span}`,
    theme === null ? '' : `theme=${theme}`,
    open === null ? '' : `open=${open.map(encodeURIComponent).join(',')}`,
    search === '' ? '' : `search=${encodeURIComponent(search)}`,
    isWall ? 'wall' : '',
  ].filter(Boolean);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** The view in the page's address. A change replaces the address and adds nothing to the browser's history. */
export class AddressView extends Observable<View> {
  constructor() {
    super(readView(location.search));
  }

  change(part: Partial<View>): void {
    this.set({ ...this.value, ...part });
    // The fragment may hold a token that has not been read yet.
    history.replaceState(history.state, '', location.pathname + writeView(this.value) + location.hash);
  }
}

/**
 * Samples in `span`, limited to what the agent keeps.
 * @param intervalMs time between samples
 * @param max samples that the agent keeps
 */
export function pointsIn(
  span: TimeSpan,
  intervalMs = DEFAULT_INTERVAL_MS,
  max = Number.POSITIVE_INFINITY,
): number {
  if (span === 'points') return DEFAULT_POINTS;
  const points = Math.round((Number.parseInt(span, 10) * MINUTE_MS) / intervalMs);
  return Math.max(MIN_POINTS, Math.min(points, max));
}
