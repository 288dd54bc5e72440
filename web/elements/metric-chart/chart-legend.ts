import { html, type TemplateResult } from 'lit';
import type { LineShape } from '../../charts/line-shapes.ts';
import type { Language } from '../../locales/languages.ts';
import type { Arrangement, ChartSeries } from './chart-series.ts';
import { hasUnits, legendReading, legendWidth } from './legend-reading.ts';

const ARROWS = { above: '↑', below: '↓' } as const;
/** In the order in which the ends of lines have them (charts/line-shapes.ts). */
const SHAPES: readonly LineShape[] = ['circle', 'square', 'triangle', 'diamond'];

export interface Legend {
  readonly series: readonly ChartSeries[];
  /** Of the series. */
  readonly values: readonly (number | null)[];
  readonly unit: string;
  /** Of the number in the head. */
  readonly headUnit: string;
  readonly arrangement: Arrangement;
  /** Index of the series that is looked at alone. */
  readonly isolated: number | null;
  readonly press: (series: ChartSeries) => void;
}

/** The series of a chart with their values. Each is a button, which shows its series alone or all again. */
export function legendView(
  { series, values, unit, headUnit, arrangement, isolated, press }: Legend,
  { tag, messages }: Language,
): TemplateResult {
  // As a property: policies of pages may forbid attributes with styles.
  return html`<ul class=${hasUnits(unit, headUnit) ? 'legend with-units' : 'legend'} part="legend" .style=${`--_width: ${legendWidth(unit)}ch`}>
    ${series.map(
      (one, index) => html`<li>
        <button
          type="button"
          title=${messages.chart.alone(one.label)}
          aria-pressed=${isolated === index}
          @click=${() => press(one)}
        >
          <i
            class="swatch ${arrangement === 'lines' ? SHAPES[index % SHAPES.length] : ''}"
            data-hue=${one.hue}
            data-shade=${one.shade}
          ></i>
          <span class="name">${one.label}</span>
          ${arrangement === 'mirrored' ? html`<span>${one.isBelow === true ? ARROWS.below : ARROWS.above}</span>` : ''}
          <b><span class="fixed">${legendReading(values[index] ?? null, unit, headUnit, tag)}</span></b>
        </button>
      </li>`,
    )}
  </ul>`;
}
