import type { Theme } from '../elements/theme-switch/theme.ts';
import { readTime, writeTime, type TimeRange } from './time-range.ts';
import { TIME_SPANS, type TimeSpan } from './time-span.ts';
import { Observable } from './observable.ts';

/** What the dashboard shows. `start`: not known until the agent has said how many hosts it has. */
export type Page = 'start' | 'hosts' | 'host' | 'compare';

const FILTERS: readonly string[] = ['state', 'label', 'sort'];

/** The part of the view that a link to the dashboard carries. Defaults are omitted from the address. */
export interface View {
  readonly page: Page;
  /** Id of the host whose dashboard is shown, or a label that only it has; `null`: the agent's first. */
  readonly host: string | null;
  /** The same of the hosts that are compared. */
  readonly compare: readonly string[];
  /** In which metric they are compared; `null`: the default. */
  readonly metric: string | null;
  /** Which hosts the overview lists, as its part of the query (host-filter.ts): `label=env%3Dprod&sort=cpu`. */
  readonly filter: string;
  /** `null`: what the reader's browser remembers. */
  readonly span: TimeSpan | null;
  /** A fixed stretch of the past instead of the newest `span`; `null`: the present. */
  readonly range: TimeRange | null;
  /** The selected time, Unix ms; `null`: none. */
  readonly momentMs: number | null;
  /** `null`: what the reader's browser remembers. */
  readonly theme: Theme | null;
  /** Titles of the open sections; `null`: what the reader's browser remembers. */
  readonly open: readonly string[] | null;
  /** Words to search metric names for, or hosts. */
  readonly search: string;
  readonly isWall: boolean;
}

/** Whether the page is the dashboard of one host. */
export function isOfHost({ page }: Pick<View, 'page'>): boolean {
  return page === 'host' || page === 'start';
}

/** Reads the query of an address. Unknown parameters and values are ignored. */
export function readView(query: string): View {
  const parameters = new URLSearchParams(query);
  const span = parameters.get('window');
  const theme = parameters.get('theme');
  const fromMs = readTime(parameters.get('from'));
  const toMs = readTime(parameters.get('to'));
  const host = parameters.get('host') || null;
  const compare = parameters.get('compare')?.split(',').filter(Boolean) ?? [];
  const isOverview = parameters.has('hosts');
  return {
    page: compare.length > 0 ? 'compare' : host !== null ? 'host' : isOverview ? 'hosts' : 'start',
    host,
    compare,
    metric: parameters.get('metric') || null,
    filter: [...parameters]
      .filter(([name]) => FILTERS.includes(name))
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&'),
    span: TIME_SPANS.find((one) => one === span) ?? null,
    range: fromMs !== null && toMs !== null && fromMs < toMs ? { fromMs, toMs } : null,
    momentMs: readTime(parameters.get('at')),
    theme: theme === 'light' || theme === 'dark' || theme === 'auto' ? theme : null,
    open: parameters.get('open')?.split(',').filter(Boolean) ?? null,
    search: parameters.get('search') ?? '',
    isWall: parameters.has('wall'),
  };
}

/** `?host=web-1&window=24h&from=2026-11-26T14:20:00Z&to=2026-11-26T15:05:00Z&open=CPU,Memory`; empty for the default view. */
export function writeView(view: View): string {
  const { page, host, compare, metric, filter, span, range, momentMs, theme, open, search, isWall } = view;
  const parts = [
    ...(page === 'hosts' ? ['hosts', filter] : []),
    page === 'host' && host !== null ? `host=${encodeURIComponent(host)}` : '',
    page === 'compare' ? `compare=${compare.map(encodeURIComponent).join(',')}` : '',
    page === 'compare' && metric !== null ? `metric=${encodeURIComponent(metric)}` : '',
    span === null ? '' : `window=${span}`,
    range === null ? '' : `from=${writeTime(range.fromMs)}&to=${writeTime(range.toMs)}`,
    momentMs === null ? '' : `at=${writeTime(momentMs)}`,
    theme === null ? '' : `theme=${theme}`,
    open === null ? '' : `open=${open.map(encodeURIComponent).join(',')}`,
    search === '' ? '' : `search=${encodeURIComponent(search)}`,
    isWall ? 'wall' : '',
  ].filter(Boolean);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** The view in the page's address. A change replaces the address, a step adds an entry to the browser's history. */
export class AddressView extends Observable<View> {
  #isGoingBack = false;
  /** What an address without a page shows. */
  #startPage: Page = 'start';

  constructor() {
    super(readView(location.search));
  }

  /** Follows the browser's Back and Forward, which lead to another page or time; all else stays as it is. Returns the undo. */
  start(): () => void {
    const went = (): void => {
      this.#isGoingBack = false;
      const { theme: _theme, open: _open, search, page: named, ...rest } = readView(location.search);
      const page = named === 'start' ? this.#startPage : named;
      const isOther = isOtherPage(this.value, { page, host: rest.host });
      this.change({ ...rest, page, ...(isOther ? { search } : {}) });
    };
    window.addEventListener('popstate', went);
    return () => window.removeEventListener('popstate', went);
  }

  /** The agent has said how many hosts it has. */
  arrive(startPage: 'hosts' | 'host'): void {
    this.#startPage = startPage;
    if (this.value.page !== 'start') return;
    if (startPage === 'hosts') this.change({ page: startPage });
    // The address says so already, and what else may stand in it is not ours.
    else this.set({ ...this.value, page: startPage });
  }

  change(part: Partial<View>): void {
    this.set({ ...this.value, ...part });
    history.replaceState(history.state, '', this.#address);
  }

  /** As `change`, and the browser's Back undoes it. What was searched for on another page is not searched for here. */
  step(part: Partial<View>): void {
    const search = isOtherPage(this.value, part) ? '' : this.value.search;
    this.set({ ...this.value, search, ...part });
    history.pushState({ steps: stepsTo(history.state) + 1 }, '', this.#address);
  }

  /** Undoes the last step, as the browser's Back does. Returns false if there is none. */
  back(): boolean {
    if (stepsTo(history.state) === 0) return false;
    // It takes a moment: going twice would leave the page.
    if (!this.#isGoingBack) history.back();
    this.#isGoingBack = true;
    return true;
  }

  get #address(): string {
    // The fragment may hold a token that has not been read yet.
    return location.pathname + writeView(this.value) + location.hash;
  }
}

function isOtherPage(one: View, { page = one.page, host = one.host }: Partial<View>): boolean {
  return page !== one.page || (page === 'host' && host !== one.host);
}

/** How many steps of the page led to the entry of the browser's history that has this state. */
function stepsTo(state: unknown): number {
  return typeof state === 'object' && state !== null && 'steps' in state && typeof state.steps === 'number'
    ? state.steps
    : 0;
}
