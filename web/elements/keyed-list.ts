import { noChange } from 'lit';
import { directive, Directive, type ChildPart, type DirectiveResult } from 'lit/directive.js';
import {
  clearPart,
  insertPart,
  removePart,
  setChildPartValue,
  setCommittedValue,
} from 'lit/directive-helpers.js';

type KeyedListOf<Result> = <Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => unknown,
  view: (item: Item) => unknown,
) => Result;

class KeyedList extends Directive {
  #parts = new Map<unknown, ChildPart>();

  /** Never called: lit asks `update` instead. */
  override render(..._list: Parameters<KeyedListOf<unknown>>): unknown {
    return noChange;
  }

  override update(
    container: ChildPart,
    [items, keyOf, view]: Parameters<KeyedListOf<unknown>>,
  ): typeof noChange {
    // Of what stood there before.
    if (this.#parts.size === 0) clearPart(container);
    const keyed = [...items].map((item) => [keyOf(item), item] as const);
    const keys = new Set(keyed.map(([key]) => key));
    for (const [key, part] of this.#parts) {
      if (keys.has(key)) continue;
      const { endNode } = part;
      removePart(part);
      // Lit leaves it.
      if (endNode instanceof Comment) endNode.remove();
    }
    const parts = new Map<unknown, ChildPart>();
    let next: ChildPart | undefined;
    // From the last one on, so that what comes or goes moves no other.
    for (const [key, item] of keyed.toReversed()) {
      next = setChildPartValue(insertPart(container, next, this.#parts.get(key)), view(item));
      parts.set(key, next);
    }
    this.#parts = parts;
    // Lit takes them away when the container shows something else.
    setCommittedValue(container, [...parts.values()].toReversed());
    return noChange;
  }
}

/**
 * Shows each of `items`, whose keys are all different, by what `view` makes of it; the elements of a key stay its own. As lit's
 * `repeat`, which leaves a comment behind for everything that it removes (findings/lit-repeat-leaves-comments.sh).
 */
export const keyedList = directive(KeyedList) as KeyedListOf<DirectiveResult<typeof KeyedList>>;
