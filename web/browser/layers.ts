import { isElement, parentOf } from './documents.ts';

/** Something above a page that Escape closes. */
interface Layer {
  readonly page: Document;
  readonly host: Element;
  readonly leave: (event: KeyboardEvent) => void;
}

/** Of all documents, oldest first. Escape closes the newest of its page. */
const open: Layer[] = [];

/**
 * Calls `leave` at Escape in the page of `host`, unless there is a newer layer, the key was handled, or a dialog is open that does
 * not contain `host`. Returns the undo; the caller has to call it when it leaves in another way, too.
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
  // Browsers clear such a field.
  if (field !== undefined && isFilledSearch(field)) return;
  // Nothing may have the focus while a dialog is open.
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

/** Looks through shadow roots. */
function liesIn(node: Node, ancestor: Node): boolean {
  for (let at: Node | null = node; at !== null; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}
