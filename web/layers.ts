import { isElement, parentOf } from './documents.ts';

/** What lies above a page and leaves at Escape. */
interface Layer {
  readonly page: Document;
  readonly host: Element;
  readonly leave: (event: KeyboardEvent) => void;
}

/** Those of all documents, in the order in which they came: one Escape takes away one, the newest of its page. */
const open: Layer[] = [];

/**
 * From now on `leave` is called at Escape in the page of `host`, unless something newer is there or has a use for the key itself; in a dialog
 * that `host` does not lie in, Escape is the dialog's. Returns the undo, which whoever leaves calls as well.
 */
export function enterLayer(host: Element, leave: (event: KeyboardEvent) => void): () => void {
  const page = host.ownerDocument;
  const layer = { page, host, leave };
  open.push(layer);
  page.addEventListener('keydown', press);
  return () => {
    const index = open.indexOf(layer);
    if (index < 0) return;
    open.splice(index, 1);
    if (!open.some((other) => other.page === page)) page.removeEventListener('keydown', press);
  };
}

function press(event: KeyboardEvent): void {
  const layer = open.findLast(({ page }) => page === event.currentTarget);
  if (layer === undefined || event.key !== 'Escape' || event.defaultPrevented) return;
  const path = event.composedPath();
  const [field] = path;
  // Browsers clear it.
  if (field !== undefined && isFilledSearch(field)) return;
  // The focus may be on nothing while a dialog is open.
  const dialog = path.find(isDialog) ?? layer.page.querySelector(':modal');
  if (dialog !== null && !liesIn(layer.host, dialog)) return;
  event.preventDefault();
  layer.leave(event);
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
