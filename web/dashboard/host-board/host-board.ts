import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { newestReading, type ChartsContext } from '../../elements/metrics-panel/charts-view.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { Attention } from '../../state/attention.ts';
import type { BoardPlan } from './board-plan.ts';
import type { Row } from './board-lists.ts';
import { styles } from './host-board.styles.ts';
import './lists/container-tiles.ts';
import './lists/disk-list.ts';
import './lists/filesystem-list.ts';
import './lists/interface-list.ts';

/**
 * What a host is like now, without holes: cards in a grid, things of a kind in a card each, and tables at full width. Its owner slots the cards, last of its
 * children.
 *
 * @slot - Cards: `<metric-chart>`s, as rows on a phone
 * @slot trouble - On a phone, cards in trouble: above all others
 * @slot tables - At full width
 */
@element('host-board')
export class HostBoard extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) plan: BoardPlan | null = null;
  @property({ attribute: false }) context: ChartsContext | null = null;
  @property({ attribute: false }) attention: Attention | null = null;
  /** On a phone. */
  @property({ type: Boolean, reflect: true }) narrow = false;
  /** On a wall: cards, filesystems and tables in one grid that is as high as its box. */
  @property({ type: Boolean, reflect: true }) wall = false;
  /** How many cards are in trouble on a phone. */
  @property({ attribute: false }) troubled = 0;

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult | typeof nothing {
    const { plan, context, narrow } = this;
    if (plan === null || context === null) return nothing;
    const count = plan.cards.length - this.troubled;
    const { filesystems, interfaces, disks, containers } = plan.lists;
    if (this.wall)
      return html`<div class="wall"><slot></slot>${this.#filesystems(filesystems)}<slot name="tables"></slot></div>`;
    const isFull = narrow && this.#isInTrouble(filesystems);
    const lists = [
      isFull ? nothing : this.#filesystems(filesystems),
      interfaces.length === 0
        ? nothing
        : html`<interface-list
            ?stale=${context.isStale}
            .rows=${interfaces}
            .context=${context}
            .attention=${this.attention}
          ></interface-list>`,
      disks.length === 0
        ? nothing
        : html`<disk-list
            ?stale=${context.isStale}
            .rows=${disks}
            .context=${context}
            .attention=${this.attention}
          ></disk-list>`,
    ];
    const listCount = lists.filter((list) => list !== nothing).length;
    return html`
      ${
        narrow
          ? html`<div class="cards" ?hidden=${this.troubled === 0}><slot name="trouble"></slot></div>
              ${isFull ? this.#filesystems(filesystems) : nothing}`
          : nothing
      }
      <div class=${narrow ? 'rows' : `cards ${gridOf(count)}`} ?hidden=${count === 0}><slot></slot></div>
      <div class="lists ${gridOf(listCount)}" ?hidden=${listCount === 0}>${lists}</div>
      ${
        containers.length === 0
          ? nothing
          : html`<container-tiles
              ?stale=${context.isStale}
              .rows=${containers}
              .context=${context}
              .attention=${this.attention}
            ></container-tiles>`
      }
      <slot name="tables"></slot>
      ${
        plan.facts.length === 0
          ? nothing
          : html`<dl>
              ${plan.facts.map(
                (fact) =>
                  html`<div><dt>${fact.series.label}</dt> <dd>${newestReading(fact, { ...context, language: this.#language })}</dd></div>`,
              )}
            </dl>`
      }
    `;
  }

  #filesystems(rows: readonly Row[]): TemplateResult | typeof nothing {
    const { context } = this;
    if (rows.length === 0 || context === null) return nothing;
    return html`<filesystem-list
      ?stale=${context.isStale}
      .rows=${rows}
      .context=${context}
      .attention=${this.attention}
    ></filesystem-list>`;
  }

  #isInTrouble(rows: readonly Row[]): boolean {
    return rows.some(({ metrics }) =>
      [...metrics.values()].some(({ series }) => this.attention?.of(series.name) !== undefined),
    );
  }
}

/** Classes that let the last rows share the width of the grid, so that it has no hole. */
function gridOf(count: number): string {
  return `of-three-${count === 1 ? 'one' : count % 3} of-two-${count % 2}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'host-board': HostBoard;
  }
}
