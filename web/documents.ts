/**
 * What differs between documents: an element that is moved into a frame, a pop-up or a window that floats keeps its scripts, and they
 * keep their window; what it looks like, when it is drawn and who sees it are matters of the other one.
 */
import type { CSSResult } from 'lit';

/** The window in which a node is shown now. */
export function windowOf(node: Node): Window & typeof globalThis {
  return node.ownerDocument?.defaultView ?? window;
}

/** Of any window: `instanceof` knows only those that this one has made. */
export function isElement(node: EventTarget): node is Element {
  return 'nodeType' in node && node.nodeType === Node.ELEMENT_NODE;
}

/** What a node is in: of a shadow root, its host. */
export function parentOf(node: Node): Node | null {
  return isShadowRoot(node) ? node.host : node.parentNode;
}

function isShadowRoot(node: Node): node is ShadowRoot {
  return node.nodeType === Node.DOCUMENT_FRAGMENT_NODE && 'host' in node;
}

const sheets = new WeakMap<Document, WeakMap<CSSResult, CSSStyleSheet>>();

/** A style sheet that the document of `node` takes: it takes only its own, and none where it is in no window. */
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
