import { recall, remember } from '../browser/storage.ts';
import { Observable } from './observable.ts';

const FAVOURITES_KEY = 'metrics-panel.favourites';
const SHORTCUTS_KEY = 'metrics-panel.shortcuts';
const RECENT_KEY = 'metrics-panel.recent-commands';
const MOST_RECENT = 6;
const NOTICES_KEY = 'metrics-panel.notices';

/** Names of the metrics to show first, in the order chosen. The browser remembers them; all tabs of the page share them. */
export class Favourites extends Observable<readonly string[]> {
  constructor() {
    super(recallNames(FAVOURITES_KEY));
  }

  /** Follows the other tabs. Returns the undo. */
  start(): () => void {
    const stored = ({ key }: StorageEvent): void => {
      if (key === FAVOURITES_KEY || key === null) this.set(recallNames(FAVOURITES_KEY));
    };
    window.addEventListener('storage', stored);
    return () => window.removeEventListener('storage', stored);
  }

  toggle(name: string): void {
    const others = this.value.filter((one) => one !== name);
    const names = others.length < this.value.length ? others : [...others, name];
    remember(() => localStorage, FAVOURITES_KEY, JSON.stringify(names));
    this.set(names);
  }
}

/** Whether single keys are shortcuts; the browser remembers it. */
export class Shortcuts extends Observable<boolean> {
  constructor() {
    super(recall(() => localStorage, SHORTCUTS_KEY) !== 'off');
  }

  readonly toggle = (): void => {
    this.set(!this.value);
    remember(() => localStorage, SHORTCUTS_KEY, this.value ? 'on' : 'off');
  };
}

/** Whether the reader wants the browser to notify of alerts; the browser remembers it. It is up to the browser whether it does. */
export class Notices extends Observable<boolean> {
  constructor() {
    super(recall(() => localStorage, NOTICES_KEY) === 'on');
  }

  choose(isOn: boolean): void {
    this.set(isOn);
    remember(() => localStorage, NOTICES_KEY, isOn ? 'on' : 'off');
  }
}

/** Ids of what the reader chose in the command palette, the newest first. */
export function recentCommands(): readonly string[] {
  return recallNames(RECENT_KEY).slice(0, MOST_RECENT);
}

export function rememberCommand(id: string): void {
  const ids = [id, ...recentCommands().filter((one) => one !== id)].slice(0, MOST_RECENT);
  remember(() => localStorage, RECENT_KEY, JSON.stringify(ids));
}

/** Anything stored that is not a list of names counts as an empty list. */
function recallNames(key: string): string[] {
  try {
    const stored: unknown = JSON.parse(recall(() => localStorage, key) ?? '[]');
    return Array.isArray(stored) ? [...new Set(stored.filter((name) => typeof name === 'string'))] : [];
  } catch {
    return [];
  }
}
