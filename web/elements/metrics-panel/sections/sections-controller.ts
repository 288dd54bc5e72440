import type { LitElement, TemplateResult } from 'lit';
import type { Series } from '../../../../shared/protocol/messages.ts';
import { windowOf } from '../../../documents.ts';
import type { Messages } from '../../../locales/en.ts';
import { PartController } from '../../part-controller.ts';
import { panelLayoutMemo, type PanelLayout, type Table } from '../panel-layout.ts';
import { sectionsPart } from '../parts/panel-parts.ts';
import type { Folds } from './folds.ts';
import type { SectionsContext } from './sections-view.ts';

/** Arranges the charts of a panel, by sections and by a search once their part is loaded, and keeps which sections are open. */
export class SectionsController {
  readonly #host: LitElement;
  readonly #changed: (open: readonly string[]) => void;
  readonly #part: PartController<NonNullable<typeof sectionsPart.module>>;
  readonly #layout = panelLayoutMemo();
  #folds: Folds | null = null;

  /** @param changed called with the titles of the open sections when the reader has opened or folded one */
  constructor(host: LitElement, changed: (open: readonly string[]) => void) {
    this.#host = host;
    this.#changed = changed;
    this.#part = new PartController(host, sectionsPart, ({ sectionStyles }) => sectionStyles);
  }

  want(isWanted: boolean): void {
    this.#part.want(isWanted);
  }

  /** As `Folds.show`. */
  show(titles: readonly string[] | null): void {
    this.#folds?.show(titles);
  }

  layoutOf(
    series: readonly Series[],
    tables: readonly Table[],
    search: string,
    messages: Messages,
  ): { readonly layout: PanelLayout; readonly isSearch: boolean } {
    const { module } = this.#part;
    const whole = this.#layout(series, tables, messages, module?.sectionsOf);
    const layout = module?.filterPanelLayout(whole, search, messages) ?? whole;
    return { layout, isSearch: layout !== whole };
  }

  /** `null` until the part is loaded. @param first titles of the sections that are open at first, if the page chose them */
  view(
    layout: PanelLayout,
    context: Omit<SectionsContext, 'isOpen' | 'toggled'>,
    first: readonly string[] | null,
  ): TemplateResult | null {
    const { module } = this.#part;
    if (module === null) return null;
    if (this.#folds === null) {
      this.#folds = new module.Folds(() => windowOf(this.#host));
      this.#folds.show(first);
    }
    const folds = this.#folds;
    return module.sectionedView(layout, {
      ...context,
      isOpen: (title, chartCount) => context.isSearch || folds.isOpen(title, chartCount),
      toggled: (title, isOpen) => {
        if (!folds.choose(title, isOpen)) return;
        this.#host.requestUpdate();
        this.#changed(folds.open);
      },
    });
  }
}
