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

  /** Never called: `update` takes its place. */
  override render(_list: Keyed): unknown {
    return noChange;
  }

  override update(container: ChildPart, [list]: [Keyed]): typeof noChange {
    // Remove what a previous value rendered.
    if (this.#parts.size === 0) clearPart(container);
    const keys = new Set(list.map(([key]) => key));
    for (const [key, part] of this.#parts) {
      if (keys.has(key)) continue;
      const { endNode } = part;
      removePart(part);
      // Lit leaves this comment behind.
      if (endNode instanceof Comment) endNode.remove();
    }
    const parts = new Map<unknown, ChildPart>();
    let next: ChildPart | undefined;
    // From the end, so that added and removed items move no others.
    for (const [key, value] of list.toReversed()) {
      next = setChildPartValue(insertPart(container, next, this.#parts.get(key)), value);
      parts.set(key, next);
    }
    this.#parts = parts;
    // Lets lit remove the parts when the container gets another value.
    setCommittedValue(container, [...parts.values()].toReversed());
    return noChange;
  }
}

const keyed = directive(KeyedDirective);

/**
 * Renders each of `items` with `view`, keeping the elements of each key, which must be unique. Lit's own `repeat` leaves a comment
 * behind for every item that it removes (findings/lit-repeat-leaves-comments.sh).
 */
export function keyedList<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => unknown,
  view: (item: Item) => unknown,
): unknown {
  return keyed([...items].map((item) => [keyOf(item), view(item)] as const));
}

export type KeyedList = typeof keyedList;
