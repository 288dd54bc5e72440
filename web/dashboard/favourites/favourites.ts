import { recall, remember } from '../../storage.ts';

const KEY = 'metrics-panel.favourites';

/** Metrics that the reader wants first. The browser remembers them, and the page's other tabs learn of each change. */
export class Favourites {
  #names: readonly string[] = recallNames();
  readonly #followers = new Set<() => void>();

  /** In the order in which they were chosen. */
  get names(): readonly string[] {
    return this.#names;
  }

  toggle(name: string): void {
    const others = this.#names.filter((one) => one !== name);
    this.#names = others.length < this.#names.length ? others : [...others, name];
    remember(() => localStorage, KEY, JSON.stringify(this.#names));
    this.#tell();
  }

  /** Calls `changed` when there is one more, or less. Returns the undo. */
  follow(changed: () => void): () => void {
    if (this.#followers.size === 0) window.addEventListener('storage', this.#stored);
    this.#followers.add(changed);
    return () => {
      this.#followers.delete(changed);
      if (this.#followers.size === 0) window.removeEventListener('storage', this.#stored);
    };
  }

  readonly #stored = ({ key }: StorageEvent): void => {
    if (key !== KEY && key !== null) return;
    this.#names = recallNames();
    this.#tell();
  };

  #tell(): void {
    for (const changed of this.#followers) changed();
  }
}

/** What others wrote there is taken for none. */
function recallNames(): string[] {
  try {
    const stored: unknown = JSON.parse(recall(() => localStorage, KEY) ?? '[]');
    return Array.isArray(stored) ? [...new Set(stored.filter((name) => typeof name === 'string'))] : [];
  } catch {
    return [];
  }
}
