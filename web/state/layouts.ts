import { recall, remember } from '../browser/storage.ts';
import { Observable } from './observable.ts';

const KEY = 'metrics-panel.layouts';
const VERSION = 1;
const ARRANGEMENTS = ['lines', 'stacked', 'mirrored'] as const;

/** One place of a view: a card, list or table that the board knows, or a chart of the reader's own. */
export type LayoutCard =
  | { readonly id: string }
  | {
      /** `cpu.user`, or several for one chart: `cpu.user+cpu.system`. */
      readonly metrics: string;
      readonly arrangement: (typeof ARRANGEMENTS)[number];
      readonly title?: string;
    };

/** A view: what the board shows, in the reader's order. What it does not name follows at the end, so that nothing new is missed. */
export interface BoardLayout {
  readonly v: typeof VERSION;
  /** Tells it apart from the reader's others. */
  readonly name: string;
  readonly cards: readonly LayoutCard[];
  /** Ids of what is not shown. */
  readonly hidden: readonly string[];
}

/** All views of the reader, and the one that is shown; `null`: the default, which nobody changes. */
export interface StoredLayouts {
  readonly views: readonly BoardLayout[];
  readonly chosen: string | null;
}

const NONE: StoredLayouts = { views: [], chosen: null };

/** The reader's own views. The browser remembers them; all tabs of the page, and all hosts, share them. */
export class Layouts extends Observable<StoredLayouts> {
  /** Whether the reader is arranging the board. */
  readonly isEditing = new Observable(false);
  /** What `undo` goes back to; `null`: nothing. */
  readonly before = new Observable<StoredLayouts | null>(null);
  /** Of the view that a change of the default one makes, in the reader's language. */
  nameOfFirst = 'My view';

  constructor() {
    super(recallLayouts());
  }

  /** Follows the other tabs. Returns the undo. */
  start(): () => void {
    const stored = ({ key }: StorageEvent): void => {
      if (key !== KEY && key !== null) return;
      this.before.set(null);
      this.set(recallLayouts());
    };
    window.addEventListener('storage', stored);
    return () => window.removeEventListener('storage', stored);
  }

  /** `null`: the default. */
  get shown(): BoardLayout | null {
    const { views, chosen } = this.value;
    return views.find(({ name }) => name === chosen) ?? null;
  }

  choose(name: string | null): void {
    this.#store({ ...this.value, chosen: name });
    this.before.set(null);
  }

  /**
   * Changes the shown view; from the default one makes a new one.
   * @param before what `undo` goes back to
   */
  change(part: Partial<Pick<BoardLayout, 'cards' | 'hidden'>>, before: StoredLayouts = this.value): void {
    const { shown } = this;
    if (shown === null)
      this.add({ v: VERSION, name: this.nameOfFirst, cards: [], hidden: [], ...part }, before);
    else this.#replace(shown.name, { ...shown, ...part }, before);
  }

  /** Adds a view and shows it, under a name that no other has. */
  add(layout: BoardLayout, before: StoredLayouts = this.value): void {
    const name = this.#freeName(layout.name);
    this.#store({ views: [...this.value.views, { ...layout, name }], chosen: name }, before);
  }

  rename(name: string): void {
    const { shown } = this;
    const wanted = name.trim();
    if (shown === null || wanted === '' || wanted === shown.name) return;
    this.#replace(shown.name, { ...shown, name: this.#freeName(wanted) }, this.value);
  }

  /** Removes the shown view; the default is shown then. */
  remove(): void {
    const { views, chosen } = this.value;
    this.#store({ views: views.filter(({ name }) => name !== chosen), chosen: null }, this.value);
  }

  undo(): void {
    if (this.before.value !== null) this.#store(this.before.value);
    this.before.set(null);
  }

  /** As it was at some time, such as before a card was lifted. */
  restore(to: StoredLayouts): void {
    this.#store(to);
    this.before.set(null);
  }

  #replace(name: string, layout: BoardLayout, before: StoredLayouts): void {
    const views = this.value.views.map((one) => (one.name === name ? layout : one));
    this.#store({ views, chosen: layout.name }, before);
  }

  #freeName(wanted: string): string {
    const names = new Set(this.value.views.map(({ name }) => name));
    for (let number = 2; ; number += 1) {
      const name = number === 2 ? wanted : `${wanted} ${number - 1}`;
      if (!names.has(name)) return name;
    }
  }

  #store(layouts: StoredLayouts, before?: StoredLayouts): void {
    remember(() => localStorage, KEY, JSON.stringify(layouts));
    if (before !== undefined) this.before.set(before);
    this.set(layouts);
  }
}

/** Anything stored that is not a view counts as none. */
function recallLayouts(): StoredLayouts {
  try {
    const stored: unknown = JSON.parse(recall(() => localStorage, KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('views' in stored) || !Array.isArray(stored.views))
      return NONE;
    const chosen = 'chosen' in stored && typeof stored.chosen === 'string' ? stored.chosen : null;
    return { views: stored.views.filter(isLayout), chosen };
  } catch {
    return NONE;
  }
}

/** Another version of the page may have written it; files of others are read more strictly (layout-editor/layout-file.ts). */
function isLayout(value: unknown): value is BoardLayout {
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== VERSION) return false;
  if (!('name' in value && 'cards' in value && 'hidden' in value)) return false;
  const { name, cards, hidden } = value;
  return (
    typeof name === 'string' &&
    Array.isArray(cards) &&
    cards.every(isCard) &&
    Array.isArray(hidden) &&
    hidden.every((id) => typeof id === 'string')
  );
}

function isCard(value: unknown): value is LayoutCard {
  if (typeof value !== 'object' || value === null) return false;
  if ('id' in value) return typeof value.id === 'string';
  if (!('metrics' in value && 'arrangement' in value)) return false;
  const { metrics, arrangement } = value;
  const title = 'title' in value ? value.title : '';
  return (
    typeof metrics === 'string' &&
    ARRANGEMENTS.some((one) => one === arrangement) &&
    typeof title === 'string'
  );
}
