import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { StripPlan } from './board-strips.ts';
import { canvasStyles, type Surface } from './canvas/canvas-controller.ts';
import { paintArea, scaleTop } from './canvas/paint-area.ts';
import { paintHeat } from './canvas/paint-heat.ts';
import { axisOf, binCountOf, TimeBins } from './canvas/time-bins.ts';
import { TimeView } from './time-view.ts';

/** CSS pixels. */
const CELL = 5;
const LEAST_TOP = 1;

/** Below the plot of a card, on its time axis: one line of text, and a heat strip or a small line. */
@element('card-strip')
export class CardStrip extends TimeView {
  static override styles = [
    tokens,
    canvasStyles,
    css`
      :host {
        display: block;
        font-size: 0.6875rem;
        line-height: 1rem;
        color: var(--_text-muted);
        font-variant-numeric: tabular-nums;
      }
      p {
        display: flex;
        justify-content: space-between;
        gap: var(--_space-2);
        height: 1rem;
        margin: 0;
        white-space: nowrap;
      }
      span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .reading {
        flex: none;
        max-width: 60%;
      }
      .strip {
        position: relative;
        height: 1.5rem;
      }
      /* As the plot above. */
      canvas,
      .hairs {
        position: absolute;
        inset: 0 var(--_plot-end, 6px) 0 var(--_plot-start, 0px);
        width: auto;
      }
      canvas {
        width: calc(100% - var(--_plot-end, 6px) - var(--_plot-start, 0px));
        height: 100%;
        border-radius: 0.1875rem;
      }
      .hairs {
        pointer-events: none;
      }
      i {
        position: absolute;
        inset-block: 0;
        border-inline-start: 1px dashed var(--_text-muted);
      }
    `,
  ];

  @property({ attribute: false }) plan: StripPlan | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const { plan } = this;
    if (plan === null) return nothing;
    const values = [
      ...plan.rows.map(({ columns }) => this.readSum(columns)),
      ...plan.facts.map((fact) => this.read(fact)),
    ];
    const place = this.hairPlace;
    return html`
      <p><span>${plan.title}</span><span class="reading">${plan.reading(values, this.language.tag)}</span></p>
      <div class="strip" aria-hidden="true">
        <canvas></canvas>
        <div class="hairs"><i .hidden=${place === null} .style=${`left: ${((place ?? 0) * 100).toFixed(3)}%`}></i></div>
      </div>
    `;
  }

  protected override paint(surface: Surface): void {
    const { plan, context } = this;
    const axis = context === null ? null : axisOf(context);
    if (plan === null || context === null || axis === null) return;
    const { samples, announcement } = context.buffer;
    const { ctx, width, height, colours } = surface;
    const isHeat = plan.kind === 'heat';
    const count = binCountOf(axis, announcement.intervalMs, isHeat ? width / CELL : width);
    const bins = new TimeBins(samples, axis, announcement.intervalMs, count);
    const rows = plan.rows.map(({ columns, hue }) => ({
      values: bins.means(columns),
      colour: colours.hues[hue],
    }));
    if (isHeat) {
      paintHeat(surface, rows);
      return;
    }
    ctx.fillStyle = colours.base;
    ctx.globalAlpha = 0.55;
    ctx.fillRect(0, 0, width, height);
    ctx.globalAlpha = 1;
    const max =
      plan.max ??
      scaleTop(
        rows.map(({ values }) => values),
        LEAST_TOP,
      );
    for (const { values, colour } of rows)
      paintArea(ctx, values, { left: 0, top: 0, width, height }, { colour, max });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'card-strip': CardStrip;
  }
}
