import { html, nothing, type TemplateResult } from 'lit';
import type { KeyedList } from '../../keyed-list.ts';
import { translate } from '../../../locales/agent-texts.ts';
import { newestReading, newestRow, type ChartsContext, type GridView } from '../charts-view.ts';
import type { PanelAdditions } from '../panel-additions.ts';
import type { PanelLayout, Section } from '../panel-layout.ts';
import type { Folds } from './folds.ts';

export interface SectionsContext extends ChartsContext {
  readonly additions: PanelAdditions | null;
  readonly gridView: GridView;
  readonly keyedList: KeyedList;
  /** Only the results of a search are shown, unfolded. */
  readonly isSearch: boolean;
  readonly folds: Folds;
  /** The reader opened or folded a section. */
  toggled(): void;
  tableView(name: string): TemplateResult | typeof nothing;
}

export function sectionedView(
  { headlines, sections }: PanelLayout,
  context: SectionsContext,
): TemplateResult {
  return html`
    ${context.gridView('headline', headlines, context)}
    <div class="sections">
      ${context.keyedList(
        sections,
        ({ title }) => title,
        (section) => sectionView(section, context),
      )}
    </div>
  `;
}

/** The charts that the page puts before all others; nothing in the results of a search. */
export function firstView(
  { headlines, details }: PanelLayout,
  context: SectionsContext,
): TemplateResult | typeof nothing {
  const { additions, isSearch } = context;
  const all = [...headlines, ...details];
  const first =
    additions?.first.flatMap((name) => all.find(({ series }) => series.name === name) ?? []) ?? [];
  if (isSearch || additions === null || first.length === 0) return nothing;
  return html`
    <section class="first" aria-labelledby="first">
      <h2 id="first">${additions.titleOfFirst(context)}</h2>
      ${context.gridView('detail', first, context)}
    </section>
  `;
}

function sectionView(section: Section, context: SectionsContext): TemplateResult {
  const { title, whole, chartCount, tables } = section;
  return foldView(
    title,
    // What a page's own board leaves is for those who look for it.
    context.additions?.board === undefined ? chartCount : Number.POSITIVE_INFINITY,
    context,
    (isOpen) => html`<h2>${translate(title, context.language.messages)}</h2>
      ${isOpen ? nothing : digestView(section, context)}`,
    () => html`
      ${context.gridView('compact', whole, context)} ${instancesView(section, context)}
      ${tables.map((table) => context.tableView(table.name))}
    `,
  );
}

/** @param chartCount decides whether it is open until the reader does */
function foldView(
  title: string,
  chartCount: number,
  context: SectionsContext,
  summary: (isOpen: boolean) => unknown,
  body: () => unknown,
): TemplateResult {
  const { folds, isSearch } = context;
  const isOpen = isSearch || folds.isOpen(title, chartCount);
  const toggled = ({ currentTarget }: Event): void => {
    if (!(currentTarget instanceof HTMLDetailsElement)) return;
    // Results stay open. The template would not write an unchanged value again.
    if (isSearch) currentTarget.open = true;
    else if (folds.choose(title, currentTarget.open)) context.toggled();
  };
  return html`
    <details part="section" ?open=${isOpen} @toggle=${toggled} data-section=${title}>
      <summary part="section-title">${summary(isOpen)}</summary>
      ${isOpen ? body() : nothing}
    </details>
  `;
}

function instancesView({ instances }: Section, context: SectionsContext): unknown {
  return context.keyedList(
    instances,
    ([title]) => title,
    ([title, series]) => html`
      <h3>${title}</h3>
      ${context.gridView('compact', series, context)}
    `,
  );
}

/** One line in place of a folded section, cut off where it does not fit. */
function digestView({ digest }: Section, context: ChartsContext): TemplateResult {
  const { isStale, isFrozen, buffer, language } = context;
  const row = isStale || isFrozen ? newestRow(context) : -1;
  return html`
    <span class="digest">
      ${row < 0 ? nothing : html`<span>${language.messages.chart.at(context.timeOf(buffer.samples.timestampAt(row), language.tag))}</span>`}
      ${digest.map((member) => html`<span>${member.series.label} <b>${newestReading(member, context)}</b></span> `)}
    </span>
  `;
}
