import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { GapSpan } from '../../charts/gaps.ts';
import { formatCount, formatReading } from '../../format.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import type { Crosshair } from '../metric-chart/crosshair.ts';
import type { Outline, PlacedSeries, Section } from './outline.ts';
import type { PanelAdditions } from './panel-additions.ts';
import type { RollingPicture } from './rolling-picture.ts';

/** What all charts of a panel share. */
export interface ChartsContext {
  readonly additions: PanelAdditions | null;
  readonly language: Language;
  readonly picture: RollingPicture;
  readonly revision: number;
  readonly isStale: boolean;
  readonly isSelectable: boolean;
  readonly momentMs: number | null;
  readonly crosshair: Crosshair;
  /** The picture stands still. */
  readonly isFrozen: boolean;
  /** A stretch of time instead of the newest points. */
  readonly span: GapSpan | null;
}

/** What the sections of a panel ask of it. */
export interface SectionsContext extends ChartsContext {
  /** Only what was searched for is there. */
  readonly isSearch: boolean;
  isOpen(title: string, chartCount: number): boolean;
  toggled(title: string, isOpen: boolean): void;
  tableView(name: string): TemplateResult | typeof nothing;
}

/** How charts without sections are arranged. */
export type Layout = 'grid' | 'row' | 'compact' | 'sparkline';

export function flatView(
  { headlines, details }: Outline,
  context: ChartsContext,
  layout: Layout,
): TemplateResult {
  if (layout !== 'grid') return html`${gridView(layout, [...headlines, ...details], context)}`;
  return html`${gridView('headline', headlines, context)} ${gridView('detail', details, context)}`;
}

export function sectionedView(outline: Outline, context: SectionsContext): TemplateResult {
  const { headlines, sections } = outline;
  return html`
    ${context.isSearch ? nothing : firstView(outline, context)} ${gridView('headline', headlines, context)}
    ${repeat(
      sections,
      ({ title }) => title,
      (section) => sectionView(section, context),
    )}
  `;
}

function firstView({ headlines, details }: Outline, context: ChartsContext): TemplateResult | typeof nothing {
  const { additions } = context;
  const all = [...headlines, ...details];
  const first =
    additions?.first.flatMap((name) => all.find(({ series }) => series.name === name) ?? []) ?? [];
  if (additions === null || first.length === 0) return nothing;
  return html`
    <section class="first" aria-labelledby="first">
      <h2 id="first">${additions.titleOfFirst(context)}</h2>
      ${gridView('detail', first, context)}
    </section>
  `;
}

function sectionView(section: Section, context: SectionsContext): TemplateResult {
  const { title, whole, chartCount, tables } = section;
  const glance = context.isSearch ? null : (context.additions?.glance(section, context) ?? null);
  return foldView(
    title,
    glance === null ? chartCount : whole.length,
    context,
    (isOpen) => html`<h2>${translate(title, context.language.words)}</h2>
      ${isOpen ? nothing : [digestView(section, context), countView(chartCount, context)]}`,
    () => html`
      ${glance} ${gridView('compact', whole, context)}
      ${
        glance === null
          ? instancesView(section, context)
          : foldView(
              `${title}.things`,
              Number.POSITIVE_INFINITY,
              context,
              () => countView(chartCount - whole.length, context),
              () => instancesView(section, context),
            )
      }
      ${tables.map((table) => context.tableView(table.name))}
    `,
  );
}

/** @param chartCount decides whether it is open before the reader does */
function foldView(
  title: string,
  chartCount: number,
  context: SectionsContext,
  summary: (isOpen: boolean) => unknown,
  body: () => unknown,
): TemplateResult {
  const isOpen = context.isOpen(title, chartCount);
  const toggled = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLDetailsElement) context.toggled(title, currentTarget.open);
  };
  return html`
    <details part="section" ?open=${isOpen} @toggle=${toggled} data-section=${title}>
      <summary part="section-title">${summary(isOpen)}</summary>
      ${isOpen ? body() : nothing}
    </details>
  `;
}

function instancesView({ instances }: Section, context: SectionsContext): unknown {
  return repeat(
    instances,
    ([title]) => title,
    ([title, series]) => html`
      <h3>${title}</h3>
      ${gridView('compact', series, context)}
    `,
  );
}

/** One line that stands for a folded section; what does not fit into it is left out. */
function digestView(
  { digest }: Section,
  { picture: { window }, language: { tag } }: ChartsContext,
): TemplateResult {
  return html`
    <span class="digest">
      ${digest.map(({ series, column }) => {
        const value = window.length === 0 ? null : window.valueAt(column, window.length - 1);
        return html`<span>${series.label} <b>${formatReading(value, series.unit, tag)}</b></span> `;
      })}
    </span>
  `;
}

function countView(chartCount: number, { language: { tag, words } }: ChartsContext): TemplateResult {
  return html`<span class="count">${words.sections.charts(formatCount(chartCount, tag))}</span>`;
}

function gridView(
  size: 'headline' | 'detail' | Exclude<Layout, 'grid'>,
  members: readonly PlacedSeries[],
  context: ChartsContext,
): TemplateResult | typeof nothing {
  if (members.length === 0) return nothing;
  const { picture, revision, isStale, isSelectable, momentMs, crosshair, isFrozen, span } = context;
  const { announcement, window, gaps } = picture;
  return html`
    <div class="grid ${size}">
      ${repeat(
        members,
        ({ series }) => series.name,
        ({ series, column, color }) => html`
          <metric-chart
            data-metric=${series.name}
            data-color=${color}
            exportparts="figure: chart, label, value, plot, tools"
            ?compact=${size === 'compact'}
            ?sparkline=${size === 'sparkline'}
            .label=${series.label}
            .unit=${series.unit}
            .min=${series.min}
            .max=${series.max}
            .points=${window.capacity}
            .intervalMs=${announcement.intervalMs}
            .window=${window}
            .column=${column}
            .revision=${revision}
            .gaps=${gaps}
            .stale=${isStale}
            .selectable=${isSelectable}
            .momentMs=${momentMs}
            .crosshair=${crosshair}
            .frozen=${isFrozen}
            .span=${span}
            >${context.additions?.tool(series)}</metric-chart
          >
        `,
      )}
    </div>
  `;
}
