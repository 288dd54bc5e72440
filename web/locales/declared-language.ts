import { isElement, parentOf, windowOf } from '../browser/documents.ts';
import { canonicalTag, onLanguageAdded, preferredLanguage, type Language } from './languages.ts';

/** Elements whose `lang` was set here, not by the page. */
const marked = new WeakSet<Element>();

/** The language of `element`: that of the nearest `lang`, from the element outwards and through shadow roots, else the browser's. */
export function languageOf(element: Element): Language {
  const [nearest] = lineage(element).filter((one) => one.hasAttribute('lang') && !marked.has(one));
  const tag = canonicalTag(nearest?.getAttribute('lang') ?? '');
  return tag === null ? browserLanguage() : preferredLanguage([tag]);
}

export function browserLanguage(): Language {
  return preferredLanguage(navigator.languages.map(canonicalTag).filter((tag) => tag !== null));
}

/** Calls `changed` when `languageOf(element)` may have changed without the element being moved. Returns the undo. */
export function watchLanguage(element: Element, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  for (const one of lineage(element)) observer.observe(one, { attributeFilter: ['lang'] });
  const unfollow = onLanguageAdded(changed);
  const own = windowOf(element);
  own.addEventListener('languagechange', changed);
  return () => {
    observer.disconnect();
    unfollow();
    own.removeEventListener('languagechange', changed);
  };
}

/**
 * Marks `element` as being in another language than its surroundings, for screen readers; `null` removes the mark. `languageOf`
 * ignores it.
 */
export function markLanguage(element: Element, tag: string | null): void {
  if (tag === null) {
    if (marked.delete(element)) element.removeAttribute('lang');
  } else if (element.getAttribute('lang') !== tag) {
    marked.add(element);
    element.setAttribute('lang', tag);
  }
}

/** The element and its ancestors, from the inside out and through shadow roots. */
function lineage(element: Element): Element[] {
  const elements: Element[] = [];
  for (let node: Node | null = element; node !== null; node = parentOf(node)) {
    if (isElement(node)) elements.push(node);
  }
  return elements;
}
