import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { keyedList } from '../../elements/keyed-list.ts';
import { newestReading, type ChartsContext } from '../../elements/metrics-panel/charts-view.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { secondShades } from '../../elements/second-shades.styles.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { Attention } from '../../state/attention.ts';
import type { BoardItem, BoardPlan } from './board-plan.ts';
import type { ItemFrame } from './board-view.ts';
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
 * @slot item-… - Where the plan has an order of its own: the card or table of that key
 */
@element('host-board')
export class HostBoard extends OwnElement {
  static override styles = [tokens, secondShades, styles];

  @property({ attribute: false }) plan: BoardPlan | null = null;
  @property({ attribute: false }) context: ChartsContext | null = null;
  @property({ attribute: false }) attention: Attention | null = null;
  /** On a phone. */
  @property({ type: Boolean, reflect: true }) narrow = false;
  /** On a wall: cards, filesystems and tables in one grid that is as high as its box. */
  @property({ type: Boolean, reflect: true }) wall = false;
  /** Around each item, where the plan has an order of its own. */
  @property({ attribute: false }) frame: ItemFrame | null = null;
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
    if (plan.runs !== undefined && !narrow) return this.#runs(plan, plan.runs, context);
    const isFull = narrow && this.#isInTrouble(filesystems);
    const lists = [
      isFull ? nothing : this.#filesystems(filesystems),
      this.#interfaces(interfaces),
      this.#disks(disks),
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
      ${this.#containers(containers)}
      <slot name="tables"></slot>
      ${this.#facts(plan, context)}
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

  #interfaces(rows: readonly Row[]): TemplateResult | typeof nothing {
    const { context } = this;
    if (rows.length === 0 || context === null) return nothing;
    return html`<interface-list
      ?stale=${context.isStale}
      .rows=${rows}
      .context=${context}
      .attention=${this.attention}
    ></interface-list>`;
  }

  #disks(rows: readonly Row[]): TemplateResult | typeof nothing {
    const { context } = this;
    if (rows.length === 0 || context === null) return nothing;
    return html`<disk-list
      ?stale=${context.isStale}
      .rows=${rows}
      .context=${context}
      .attention=${this.attention}
    ></disk-list>`;
  }

  #containers(rows: readonly Row[]): TemplateResult | typeof nothing {
    const { context } = this;
    if (rows.length === 0 || context === null) return nothing;
    return html`<container-tiles
      ?stale=${context.isStale}
      .rows=${rows}
      .context=${context}
      .attention=${this.attention}
    ></container-tiles>`;
  }

  #facts({ facts }: BoardPlan, context: ChartsContext): TemplateResult | typeof nothing {
    if (facts.length === 0) return nothing;
    return html`<dl>
      ${facts.map(
        (fact) =>
          html`<div><dt>${fact.series.label}</dt> <dd>${newestReading(fact, { ...context, language: this.#language })}</dd></div>`,
      )}
    </dl>`;
  }

  /** In an order of the reader's own. */
  #runs(plan: BoardPlan, runs: NonNullable<BoardPlan['runs']>, context: ChartsContext): TemplateResult {
    return html`
      ${runs.map(
        (run) =>
          html`<div class="run">
            ${keyedList(
              run,
              ({ key }) => key,
              (item) =>
                html`<div class="item" .style=${spansOf(run.indexOf(item), run.length)}>${this.#framed(item)}</div>`,
            )}
          </div>`,
      )}
      ${this.#facts(plan, context)}
    `;
  }

  #framed(item: BoardItem): unknown {
    const content = this.#itemView(item);
    return this.frame === null ? content : this.frame(item, content);
  }

  #itemView({ key, list }: BoardItem): unknown {
    const { filesystems = [], interfaces = [], disks = [], containers = [] } = this.plan?.lists ?? {};
    switch (list) {
      case 'filesystems':
        return this.#filesystems(filesystems);
      case 'interfaces':
        return this.#interfaces(interfaces);
      case 'disks':
        return this.#disks(disks);
      case 'containers':
        return this.#containers(containers);
      default:
        return html`<slot name="item-${key}"></slot>`;
    }
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

/** How many of the columns an item takes, of six and of two, so that the last row has no hole. */
function spansOf(index: number, count: number): string {
  const wide = count < 3 ? count : count % 3 === 1 ? 4 : count % 3;
  const six = count === 1 ? 6 : index >= count - wide && wide > 0 ? 3 : 2;
  const two = count % 2 === 1 && index === count - 1 ? 2 : 1;
  return `--_six: span ${six}; --_two: span ${two}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'host-board': HostBoard;
  }
}
