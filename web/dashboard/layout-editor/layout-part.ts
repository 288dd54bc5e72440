import { findDeep } from '../../browser/find-deep.ts';
import type { MetricsPanel } from '../../elements/metrics-panel/metrics-panel.ts';
import type { PanelLayout } from '../../elements/metrics-panel/panel-layout.ts';
import type { Language } from '../../locales/languages.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import type { BoardPlan } from '../host-board/board-plan.ts';
import type { ItemFrame } from '../host-board/board-view.ts';
import { applyLayoutMemo, type BoardTools } from './apply-layout.ts';
import './layout-bar.ts';
import { LayoutEditing } from './layout-editing.ts';
import './layout-item.ts';
import { layoutMessages } from './layout-messages.ts';

/** A board as it is arranged, and what is around its items. */
export interface Arranged {
  readonly plan: BoardPlan;
  readonly frame: ItemFrame | null;
}

/** Loaded once the reader has views of their own, or makes one: applies the shown one to the board of `panel`, and lets the reader change it. */
export class Arranger {
  readonly #state: DashboardState;
  readonly #tools: BoardTools;
  readonly #editing: LayoutEditing;
  readonly #apply = applyLayoutMemo();

  constructor(panel: MetricsPanel, state: DashboardState, tools: BoardTools) {
    const { layouts } = state;
    this.#state = state;
    this.#tools = tools;
    this.#editing = new LayoutEditing(layouts);
    this.#editing.lifted.onChange(() => panel.requestUpdate());
    const refocus = (): void => {
      if (this.#editing.wantsFocus !== null) requestAnimationFrame(() => this.#focus(panel));
    };
    layouts.onChange(refocus);
    const bar = document.createElement('layout-bar');
    Object.assign(bar, { state, editing: this.#editing });
    layouts.isEditing.follow((isEditing) => {
      if (isEditing) {
        panel.before(bar);
        void bar.updateComplete.then(() => bar.focus());
      } else {
        if (this.#editing.lifted.value !== null) this.#editing.liftOrDrop(this.#editing.lifted.value);
        bar.remove();
      }
    });
  }

  arrange(plan: BoardPlan, panelLayout: PanelLayout, language: Language): Arranged {
    const { layouts } = this.#state;
    const applied = this.#apply(plan, layouts.shown, panelLayout, language, this.#tools);
    const isEditing = layouts.isEditing.value;
    layouts.nameOfFirst = layoutMessages(language).nameOfFirst;
    if (isEditing) this.#editing.show(applied);
    return { plan: applied.plan, frame: isEditing ? this.#editing.frame : null };
  }

  /** After the board has been rendered. */
  #focus({ shadowRoot }: MetricsPanel): void {
    const key = this.#editing.wantsFocus;
    const items = shadowRoot === null ? [] : [...findDeep(shadowRoot, 'layout-item')];
    items
      .filter((item): item is HTMLElementTagNameMap['layout-item'] => item.localName === 'layout-item')
      .find((item) => item.key === key)
      ?.focus();
    this.#editing.wantsFocus = null;
  }
}
