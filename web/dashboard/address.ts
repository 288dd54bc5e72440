import type { Theme } from '../theme.ts';
import { isTimeSpan, type TimeSpan } from './time-span.ts';

/** What a link to the dashboard tells of the view; what is the default, or nobody chose, is left out. */
export interface View {
  readonly span: TimeSpan;
  /** `null`: as the reader's browser remembers it. */
  readonly theme: Theme | null;
  /** Titles of the open sections; `null`: as the reader's browser remembers them. */
  readonly open: readonly string[] | null;
  /** Messages that names of metrics are searched for. */
  readonly search: string;
  readonly isWall: boolean;
}

/** Reads the query of an address; what it does not know, or was misspelt, is the default. */
export function readView(query: string): View {
  const parameters = new URLSearchParams(query);
  const span = parameters.get('window');
  const theme = parameters.get('theme');
  return {
    span: isTimeSpan(span) ? span : 'points',
    theme: theme === 'light' || theme === 'dark' || theme === 'auto' ? theme : null,
    open: parameters.get('open')?.split(',').filter(Boolean) ?? null,
    search: parameters.get('search') ?? '',
    isWall: parameters.has('wall'),
  };
}

/** `?window=5m&open=CPU,Memory`; the empty text where all is the default. */
export function writeView({ span, theme, open, search, isWall }: View): string {
  const told = [
    span === 'points' ? '' : `window=${span}`,
    theme === null ? '' : `theme=${theme}`,
    open === null ? '' : `open=${open.map(encodeURIComponent).join(',')}`,
    search === '' ? '' : `search=${encodeURIComponent(search)}`,
    isWall ? 'wall' : '',
  ].filter(Boolean);
  return told.length === 0 ? '' : `?${told.join('&')}`;
}

/** The view that the page's address tells, and keeps telling: it takes no step in the reader's history. */
export class Address {
  #view = readView(location.search);

  get view(): View {
    return this.#view;
  }

  change(part: Partial<View>): void {
    this.#view = { ...this.#view, ...part };
    // The fragment is not its own: it may hold a token that nobody has taken yet.
    history.replaceState(history.state, '', location.pathname + writeView(this.#view) + location.hash);
  }
}
