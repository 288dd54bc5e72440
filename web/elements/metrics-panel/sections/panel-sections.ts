import type { LitElement, TemplateResult } from 'lit';
import { windowOf } from '../../../documents.ts';
import type { PanelLayout } from '../panel-layout.ts';
import { Folds } from './folds.ts';
import { sectionedView, type SectionsContext } from './sections-view.ts';

/** Shows the charts of a panel by subject, under headings that fold. */
export class PanelSections {
  readonly #host: LitElement;
  readonly #changed: (open: readonly string[]) => void;
  readonly #folds: Folds;

  /**
   * @param open titles of the sections that are open at first; `null`: as the browser remembers
   * @param changed called with the titles of the open sections when the reader has opened or folded one
   */
  constructor(host: LitElement, open: readonly string[] | null, changed: (open: readonly string[]) => void) {
    this.#host = host;
    this.#changed = changed;
    this.#folds = new Folds(() => windowOf(host));
    this.#folds.show(open);
  }

  /** As `Folds.show`. */
  show(titles: readonly string[] | null): void {
    this.#folds.show(titles);
  }

  view(layout: PanelLayout, context: Omit<SectionsContext, 'isOpen' | 'toggled'>): TemplateResult {
    return sectionedView(layout, {
      ...context,
      isOpen: (title, chartCount) => context.isSearch || this.#folds.isOpen(title, chartCount),
      toggled: (title, isOpen) => {
        if (!this.#folds.choose(title, isOpen)) return;
        this.#host.requestUpdate();
        this.#changed(this.#folds.open);
      },
    });
  }
}
