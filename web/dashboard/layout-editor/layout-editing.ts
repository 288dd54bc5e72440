import { html } from 'lit';
import { Observable } from '../../state/observable.ts';
import type { LayoutCard, Layouts, StoredLayouts } from '../../state/layouts.ts';
import type { BoardItem } from '../host-board/board-plan.ts';
import type { ItemFrame } from '../host-board/board-view.ts';
import { keyOf, type AppliedLayout, type Place } from './apply-layout.ts';

/** What an editor tells a screen reader. */
export type Said =
  | {
      readonly what: 'lifted' | 'moved' | 'dropped';
      readonly title: string;
      readonly place: number;
      readonly count: number;
    }
  | { readonly what: 'cancelled' | 'hiddenNow'; readonly title: string };

/** What the reader does to the board while it is arranged. Changes are kept at once. */
export class LayoutEditing {
  /** Places of the shown view, and whether the host has them. */
  readonly places = new Observable<readonly Place[]>([]);
  readonly lifted = new Observable<string | null>(null);
  readonly said = new Observable<Said | null>(null);
  /** Key of the item that gets the focus once the board is as it should be; moved in the document, it has lost it. */
  wantsFocus: string | null = null;

  readonly #layouts: Layouts;
  /** As it was before an item was lifted. */
  #before: StoredLayouts | null = null;

  constructor(layouts: Layouts) {
    this.#layouts = layouts;
  }

  /** What the board shows now. */
  show({ places }: AppliedLayout): void {
    this.places.set(places);
  }

  /** Around each item of the board. */
  readonly frame: ItemFrame = (item: BoardItem, content: unknown) =>
    html`<layout-item
      .key=${item.key}
      .name=${item.title}
      .own=${item.key.startsWith('own:')}
      .editing=${this}
      .lifted=${this.lifted.value === item.key}
      >${content}</layout-item
    >`;

  liftOrDrop(key: string): void {
    const isLifted = this.lifted.value === key;
    if (!isLifted) this.#before = this.#layouts.value;
    this.lifted.set(isLifted ? null : key);
    this.#say(isLifted ? 'dropped' : 'lifted', key);
  }

  /** Puts what is lifted back. */
  cancel(): void {
    const key = this.lifted.value;
    if (key === null || this.#before === null) return;
    const place = this.places.value.find((one) => one.key === key);
    this.wantsFocus = key;
    this.#layouts.restore(this.#before);
    this.lifted.set(null);
    this.said.set({ what: 'cancelled', title: place?.title ?? key });
  }

  /** Moves a lifted item by places that are shown. */
  step(key: string, steps: number): void {
    const shown = this.#shown;
    const target = shown[shown.findIndex((one) => one.key === key) + steps];
    if (target === undefined) return;
    this.wantsFocus = key;
    this.#move(key, target.key, this.#before ?? undefined);
    this.#say('moved', key);
  }

  /** Moves an item to where another one is. */
  moveTo(key: string, target: string): void {
    this.#move(key, target);
    this.#say('dropped', key);
  }

  /** Hides an item, or removes a chart of the reader's own. */
  remove(key: string): void {
    const place = this.places.value.find((one) => one.key === key);
    if (place === undefined) return;
    const isOwn = !('id' in place.card);
    const shown = this.#shown;
    const index = shown.findIndex((one) => one.key === key);
    this.wantsFocus = (shown[index + 1] ?? shown[index - 1])?.key ?? null;
    const cards = this.#cards.filter((card) => !isOwn || keyOf(card) !== key);
    this.#layouts.change({ cards, hidden: isOwn ? this.#hidden : [...this.#hidden, key] });
    this.said.set({ what: 'hiddenNow', title: place.title });
  }

  showAgain(key: string): void {
    this.#layouts.change({ cards: this.#cards, hidden: this.#hidden.filter((one) => one !== key) });
  }

  add(card: LayoutCard): void {
    this.#layouts.change({ cards: [card, ...this.#cards], hidden: this.#hidden });
  }

  /** In the order of the view, which the board may not have shown yet. */
  get #cards(): readonly LayoutCard[] {
    const named = this.#layouts.shown?.cards ?? [];
    const keys = new Set(named.map(keyOf));
    return [...named, ...this.places.value.map(({ card }) => card).filter((card) => !keys.has(keyOf(card)))];
  }

  /** Also of what the host does not have. */
  get #hidden(): readonly string[] {
    return this.#layouts.shown?.hidden ?? [];
  }

  get #shown(): readonly Place[] {
    const places = new Map(this.places.value.map((place) => [place.key, place]));
    const hidden = this.#hidden;
    return this.#cards.flatMap((card) => {
      const place = places.get(keyOf(card));
      return place === undefined || place.item === null || hidden.includes(place.key) ? [] : place;
    });
  }

  #move(key: string, target: string, before?: StoredLayouts): void {
    const cards = [...this.#cards];
    const from = cards.findIndex((card) => keyOf(card) === key);
    const to = cards.findIndex((card) => keyOf(card) === target);
    if (from < 0 || to < 0) return;
    cards.splice(to, 0, ...cards.splice(from, 1));
    this.#layouts.change({ cards, hidden: this.#hidden }, before);
  }

  #say(what: 'lifted' | 'moved' | 'dropped', key: string): void {
    const shown = this.#shown;
    const index = shown.findIndex((one) => one.key === key);
    const title = shown[index]?.title ?? key;
    this.said.set({ what, title, place: index + 1, count: shown.length });
  }
}
