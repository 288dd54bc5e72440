import { noChange } from 'lit';
import { directive, Directive, type ChildPart } from 'lit/directive.js';
import {
  clearPart,
  insertPart,
  removePart,
  setChildPartValue,
  setCommittedValue,
} from 'lit/directive-helpers.js';

type Keyed = readonly (readonly [key: unknown, value: unknown])[];

class KeyedDirective extends Directive {
  #parts = new Map<unknown, ChildPart>();

  /** Never called: lit asks `update` instead. */
  override render(_list: Keyed): unknown {
    return noChange;
  }

  override update(container: ChildPart, [list]: [Keyed]): typeof noChange {
    // Of what stood there before.
    if (this.#parts.size === 0) clearPart(container);
    const keys = new Set(list.map(([key]) => key));
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
    for (const [key, value] of list.toReversed()) {
      next = setChildPartValue(insertPart(container, next, this.#parts.get(key)), value);
      parts.set(key, next);
    }
    this.#parts = parts;
    // Lit takes them away when the container shows something else.
    setCommittedValue(container, [...parts.values()].toReversed());
    return noChange;
  }
}

const keyed = directive(KeyedDirective);

/**
 * Shows each of `items`, whose keys are all different, by what `view` makes of it; the elements of a key stay its own. As lit's
 * `repeat`, which leaves a comment behind for everything that it removes (findings/lit-repeat-leaves-comments.sh).
 */
export function keyedList<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => unknown,
  view: (item: Item) => unknown,
): unknown {
  return keyed([...items].map((item) => [keyOf(item), view(item)] as const));
}

export type KeyedList = typeof keyedList;
