import { recall, remember } from '../../storage.ts';

const KEY = 'metrics-panel.sections';
/** A section of more charts than this is folded until the reader opens it; on a phone they stand below each other. */
const FOLDED_ABOVE = 12;
const FOLDED_ABOVE_ON_PHONE = 4;
const PHONE = '(max-width: 40rem)';

/** Which sections are open. What the reader chose is remembered by the browser, for all panels of the page's origin. */
export class Folds {
  /** Beside the choices also what was decided at first sight: no section folds because a chart was added. */
  readonly #isOpen = new Map<string, boolean>();
  #linked: readonly string[] | null = null;
  readonly #windowNow: () => Window;

  /** @param windowNow the one that shows them */
  constructor(windowNow: () => Window = () => window) {
    this.#windowNow = windowNow;
  }

  /** Opens these and no others this time, whatever was chosen before; `null`: as it was chosen. */
  show(titles: readonly string[] | null): void {
    this.#linked = titles;
    this.#isOpen.clear();
  }

  isOpen(title: string, chartCount: number): boolean {
    const known = this.#isOpen.get(title) ?? this.#linked?.includes(title) ?? chosenBefore()[title];
    const isOpen = typeof known === 'boolean' ? known : chartCount <= foldedAbove(this.#windowNow());
    this.#isOpen.set(title, isOpen);
    return isOpen;
  }

  /** Titles of those that are open. */
  get open(): string[] {
    return [...this.#isOpen].filter(([, isOpen]) => isOpen).map(([title]) => title);
  }

  /** Returns whether that is a change. */
  choose(title: string, isOpen: boolean): boolean {
    if (this.#isOpen.get(title) === isOpen) return false;
    this.#isOpen.set(title, isOpen);
    remember(() => localStorage, KEY, JSON.stringify({ ...chosenBefore(), [title]: isOpen }));
    return true;
  }
}

function foldedAbove(own: Window): number {
  return own.matchMedia(PHONE).matches ? FOLDED_ABOVE_ON_PHONE : FOLDED_ABOVE;
}

/** What others wrote there is taken for nothing chosen. */
function chosenBefore(): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(recall(() => localStorage, KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  } catch {
    return {};
  }
}
