import { isElement, parentOf } from './documents.ts';

/** What lies above a page and leaves at Escape. */
interface Layer {
  readonly host: Element;
  readonly leave: (event: KeyboardEvent) => void;
}

/** The layers of a page, in the order in which they came: one Escape takes away one, the newest. */
class Layers {
  readonly #page: Document;
  readonly #open: Layer[] = [];

  constructor(page: Document) {
    this.#page = page;
  }

  enter(layer: Layer): () => void {
    if (this.#open.push(layer) === 1) this.#page.addEventListener('keydown', this.#press);
    return () => {
      const index = this.#open.indexOf(layer);
      if (index < 0) return;
      this.#open.splice(index, 1);
      if (this.#open.length === 0) this.#page.removeEventListener('keydown', this.#press);
    };
  }

  readonly #press = (event: KeyboardEvent): void => {
    const layer = this.#open.at(-1);
    if (layer === undefined || event.key !== 'Escape' || event.defaultPrevented) return;
    const [field] = event.composedPath();
    // Browsers clear it.
    if (field !== undefined && isFilledSearch(field)) return;
    // The focus may be on nothing while a dialog is open.
    const dialog = event.composedPath().find(isDialog) ?? this.#page.querySelector(':modal');
    if (dialog !== null && !liesIn(layer.host, dialog)) return;
    event.preventDefault();
    layer.leave(event);
  };
}

const pages = new WeakMap<Document, Layers>();

/**
 * From now on `leave` is called at Escape in the page of `host`, unless something newer is there or has a use for the key itself; in a dialog
 * that `host` does not lie in, Escape is the dialog's. Returns the undo, which whoever leaves calls as well.
 */
export function enterLayer(host: Element, leave: (event: KeyboardEvent) => void): () => void {
  const page = host.ownerDocument;
  const layers = pages.get(page) ?? new Layers(page);
  pages.set(page, layers);
  return layers.enter({ host, leave });
}

function isFilledSearch(target: EventTarget): boolean {
  return (
    isElement(target) && target.matches('input[type="search"]') && 'value' in target && target.value !== ''
  );
}

function isDialog(target: EventTarget): target is Element {
  return isElement(target) && target.localName === 'dialog';
}

/** Through shadow roots, too. */
function liesIn(node: Node, ancestor: Node): boolean {
  for (let at: Node | null = node; at !== null; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}
