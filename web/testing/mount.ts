import type { LitElement } from 'lit';

type LitTag = {
  [Tag in keyof HTMLElementTagNameMap]: HTMLElementTagNameMap[Tag] extends LitElement ? Tag : never;
}[keyof HTMLElementTagNameMap];

/** Creates an element, prepares it, adds it to the page and waits for its first rendering. */
export async function mount<Tag extends LitTag>(
  tag: Tag,
  prepare: (element: HTMLElementTagNameMap[Tag]) => void = () => {},
): Promise<HTMLElementTagNameMap[Tag]> {
  const element = document.createElement(tag);
  prepare(element);
  document.body.append(element);
  await element.updateComplete;
  return element;
}

/** Empties the page. */
export function unmountAll(): void {
  document.body.replaceChildren();
}
