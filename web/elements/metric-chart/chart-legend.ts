import { html, type TemplateResult } from 'lit';
import type { LineShape } from '../../charts/line-shapes.ts';
import type { Arrangement, ChartSeries } from './chart-series.ts';

const ARROWS = { above: '↑', below: '↓' } as const;
/** In the order in which the ends of lines have them (charts/line-shapes.ts). */
const SHAPES: readonly LineShape[] = ['circle', 'square', 'triangle', 'diamond'];

export interface LegendEntry {
  readonly series: ChartSeries;
  /** As it is written. */
  readonly reading: string;
}

export interface Legend {
  readonly entries: readonly LegendEntry[];
  readonly arrangement: Arrangement;
  /** Index of the series that is looked at alone. */
  readonly isolated: number | null;
  /** Room for the widest reading, in digits. */
  readonly width: number;
  readonly hasUnits: boolean;
  /** What pressing an entry does: `Show user alone`. */
  readonly titleOf: (label: string) => string;
  readonly press: (series: ChartSeries) => void;
}

/** The series of a chart with their values. Each is a button, which shows its series alone or all again. */
export function legendView({
  entries,
  arrangement,
  isolated,
  width,
  hasUnits,
  titleOf,
  press,
}: Legend): TemplateResult {
  // As a property: policies of pages may forbid attributes with styles.
  return html`<ul class=${hasUnits ? 'legend with-units' : 'legend'} part="legend" .style=${`--_width: ${width}ch`}>
    ${entries.map(
      ({ series, reading }, index) => html`<li>
        <button
          type="button"
          title=${titleOf(series.label)}
          aria-pressed=${isolated === index}
          @click=${() => press(series)}
        >
          <i
            class="swatch ${arrangement === 'lines' ? SHAPES[index % SHAPES.length] : ''}"
            data-hue=${series.hue}
            data-shade=${series.shade}
          ></i>
          <span class="name">${series.label}</span>
          ${arrangement === 'mirrored' ? html`<span>${series.isBelow === true ? ARROWS.below : ARROWS.above}</span>` : ''}
          <b><span class="fixed">${reading}</span></b>
        </button>
      </li>`,
    )}
  </ul>`;
}
