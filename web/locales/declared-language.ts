import { isElement, parentOf, windowOf } from '../documents.ts';
import { canonicalTag, onLanguageAdded, preferredLanguage, type Language } from './languages.ts';

/** Not declared by the page, but by the elements for their own /*. */
const marked = new WeakSet<Element>();

/** The language that holds for `element`: of the nearest `lang`, its own first, through shadow roots; else the browser's. */
export function languageOf(element: Element): Language {
  const [nearest] = lineage(element).filter((one) => one.hasAttribute('lang') && !marked.has(one));
  const tag = canonicalTag(nearest?.getAttribute('lang') ?? '');
  return tag === null ? browserLanguage() : preferredLanguage([tag]);
}

/** The language of the reader, as the browser tells it. */
export function browserLanguage(): Language {
  return preferredLanguage(navigator.languages.map(canonicalTag).filter((tag) => tag !== null));
}

/**
 * Calls `changed` when `languageOf(element)` may have changed while the element stays where it is. Returns the undo.
 */
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
 * Says that the  * in `element` are in another language than what is around them, for those who hear them; `null`: they are
 * not. For `languageOf` that is no declaration.
 */
export function markLanguage(element: Element, tag: string | null): void {
  if (tag === null) {
    if (marked.delete(element)) element.removeAttribute('lang');
  } else if (element.getAttribute('lang') !== tag) {
    marked.add(element);
    element.setAttribute('lang', tag);
  }
}

/** The element and all that it is in, from the inside out; a shadow root is in its host. */
function lineage(element: Element): Element[] {
  const elements: Element[] = [];
  for (let node: Node | null = element; node !== null; node = parentOf(node)) {
    if (isElement(node)) elements.push(node);
  }
  return elements;
}
