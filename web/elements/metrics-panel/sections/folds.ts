import { recall, remember } from '../../../browser/storage.ts';

const KEY = 'metrics-panel.sections';
/** Sections of more charts than this are folded until the reader opens them. Phones show one chart per row. */
const FOLDED_ABOVE = 12;
const FOLDED_ABOVE_ON_PHONE = 4;
const PHONE = '(max-width: 40rem)';

/** Which sections are open. The browser remembers the reader's choice, for all panels of the page's origin. */
export class Folds {
  /** Choices and first decisions: an added chart must not fold a section. */
  readonly #isOpen = new Map<string, boolean>();
  #linked: readonly string[] | null;
  readonly #windowNow: () => Window;

  /**
   * @param windowNow the window that shows the sections
   * @param titles as of `show`
   */
  constructor(windowNow: () => Window = () => window, titles: readonly string[] | null = null) {
    this.#windowNow = windowNow;
    this.#linked = titles;
  }

  /** Opens exactly these sections, without remembering it; `null`: as the reader chose. */
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

  get open(): string[] {
    return [...this.#isOpen].filter(([, isOpen]) => isOpen).map(([title]) => title);
  }

  /** The reader opened or folded a section. Returns whether that changed anything. */
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

/** Empty if something else was stored under the key. */
function chosenBefore(): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(recall(() => localStorage, KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  } catch {
    return {};
  }
}
