/**
 * An element can be moved into a frame, a pop-up or a floating window. Its script keeps the window that it was loaded in, but
 * styles, frames and visibility belong to the other one.
 */
import type { CSSResult } from 'lit';

/** The window in which a node is shown now. */
export function windowOf(node: Node): Window & typeof globalThis {
  return node.ownerDocument?.defaultView ?? window;
}

/** For elements of any window: `instanceof` knows only those of this one. */
export function isElement(node: EventTarget): node is Element {
  return 'nodeType' in node && node.nodeType === Node.ELEMENT_NODE;
}

/** The first `tag` in `root`. @throws Error if there is none */
export function only<Tag extends keyof HTMLElementTagNameMap>(
  root: ParentNode,
  tag: Tag,
): HTMLElementTagNameMap[Tag] {
  const element = root.querySelector(tag);
  if (element === null) throw new Error(`no <${tag}>`);
  return element;
}

/** The element of the page that has this id. @throws Error if there is none */
export function byId(id: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(`#${id}`);
  if (element === null) throw new Error(`no #${id}`);
  return element;
}

/** The parent of a node; for a shadow root, its host. */
export function parentOf(node: Node): Node | null {
  return isShadowRoot(node) ? node.host : node.parentNode;
}

function isShadowRoot(node: Node): node is ShadowRoot {
  return node.nodeType === Node.DOCUMENT_FRAGMENT_NODE && 'host' in node;
}

const sheets = new WeakMap<Document, WeakMap<CSSResult, CSSStyleSheet>>();

/** A style sheet that the document of `node` can adopt: only its own window's. `null` for a document without a window. */
export function sheetFor(node: Node, style: CSSResult): CSSStyleSheet | null {
  const own = node.ownerDocument?.defaultView ?? null;
  if (own === null) return null;
  const known = sheets.get(own.document) ?? new WeakMap<CSSResult, CSSStyleSheet>();
  sheets.set(own.document, known);
  let sheet = known.get(style);
  if (sheet === undefined) {
    sheet = new own.CSSStyleSheet();
    sheet.replaceSync(style.cssText);
    known.set(style, sheet);
  }
  return sheet;
}

/** Gives the page itself styles that elements have. */
export function adoptStyles(styles: CSSResult): void {
  const sheet = sheetFor(document.documentElement, styles);
  if (sheet !== null) document.adoptedStyleSheets.push(sheet);
}
