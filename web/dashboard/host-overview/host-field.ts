import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatCount, formatReading } from '../../locales/format.ts';
import type { ListedHost } from '../../state/host-list.ts';
import { HOST_MARKS, type HostMark } from '../../state/host-mark.ts';
import { fitGrid, type FieldGrid, type FieldGroup } from './field-layout.ts';
import { hostColours } from './host-colours.styles.ts';
import { markShape } from './host-shapes.ts';
import { whyOf } from './host-words.ts';
import type { HostContext } from './row-view.ts';

/** Below this width the groups are one, with small cells, so that the list is not far. */
const NARROW = 700;
const NARROW_CELL = 6;
/** A shape is never drawn smaller, even if it covers the cells beside it. */
const LEAST_SHAPE = 10;
const INK = ['down', 'trouble', 'warning', 'unknown', 'low', 'high', 'sign'] as const;
type Ink = Readonly<Record<(typeof INK)[number], string>>;

/** On 16 by 16 units; those of `host-shapes.ts`. */
const PATHS: Readonly<
  Record<Exclude<HostMark, 'up'>, { readonly fill?: string; readonly stroke: string; readonly width: number }>
> = {
  down: { fill: 'M1 1h14v14H1z', stroke: 'm5 5 6 6m0-6-6 6', width: 2 },
  trouble: { fill: 'M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z', stroke: 'M8 4v5M8 11v1.4', width: 2.2 },
  warning: { fill: 'M8 1.2 15.4 14.4H.6z', stroke: 'M8 6v4M8 11.6v1', width: 2 },
  unknown: { stroke: 'M8 1.6a6.4 6.4 0 1 1-.01 0', width: 1.6 },
};

/** A map of many hosts: each is a cell in its own place, whose colour is its CPU, or a shape if it is not well. */
@element('host-field')
export class HostField extends OwnElement {
  static override styles = [
    tokens,
    hostColours,
    css`
      :host {
        display: block;
        padding: 0.75rem 1rem 0.875rem;
        font-size: 0.75rem;
        background: var(--_surface);
        border: 1px solid var(--_border);
        border-radius: 0.75rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.75rem;
        margin-block-end: 0.125rem;
        color: var(--_text-muted);
      }
      h2 {
        margin: 0;
        font-size: 0.8125rem;
        font-weight: 600;
        color: var(--_text);
      }
      :host([narrow]) {
        padding: 0.75rem;
      }
      :host([narrow]) :is(header, h3) {
        display: none;
      }
      header > span:first-of-type {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .key {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
        white-space: nowrap;
      }
      .key .mark svg {
        width: 0.75rem;
        height: 0.75rem;
      }
      .key i {
        width: 72px;
        height: 8px;
        border-radius: 2px;
        background: linear-gradient(90deg in oklab, var(--_track), var(--_cpu));
      }
      .groups {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 18px;
        position: relative;
      }
      h3 {
        margin: 0;
        font-size: inherit;
        font-weight: 500;
        line-height: 1.25rem;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      h3 span {
        font-weight: 400;
        color: var(--_text-muted);
      }
      canvas {
        display: block;
        cursor: pointer;
      }
      .ink {
        display: none;
      }
      .ink i {
        color: var(--_shape);
      }
      .ink .low {
        color: var(--_track);
      }
      .ink .high {
        color: var(--_cpu);
      }
      .ink .sign {
        color: var(--_surface);
      }
    `,
  ];

  @property({ attribute: false }) groups: readonly FieldGroup[] = [];
  @property({ attribute: false }) hosts: ReadonlyMap<string, ListedHost> = new Map();
  @property({ attribute: false }) context: HostContext | null = null;
  @property({ type: Number }) width = 0;

  #observer: ResizeObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      this.width = Math.floor(entry?.contentRect.width ?? 0);
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  /** Shows the hosts as they are now. */
  refresh(): void {
    const canvases = this.renderRoot.querySelectorAll('canvas');
    const ink = this.#ink();
    for (const [index, group] of this.#shownGroups.entries()) {
      const canvas = canvases[index];
      if (canvas !== undefined) this.#draw(canvas, group, ink);
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.context === null) return nothing;
    const { messages, language } = this.context.words;
    const count = formatCount(this.hosts.size, language.tag);
    const states = HOST_MARKS.map(
      (mark) => [mark, [...this.hosts.values()].filter((host) => host.mark === mark).length] as const,
    )
      .filter(([, number]) => number > 0)
      .map(([mark, number]) => `${messages.marks[mark]} ${formatCount(number, language.tag).text}`)
      .join(', ');
    return html`
      <header>
        <h2>${messages.field}</h2>
        <span>${messages.fieldCaption}</span>
        ${HOST_MARKS.filter((mark) => mark !== 'up').map(
          (mark) => html`<span class="key">${markShape(mark)} ${messages.marks[mark]}</span>`,
        )}
        <span class="key">0 <i></i> 100 %</span>
      </header>
      <div
        class="groups"
        role="img"
        aria-label=${messages.fieldLabel(messages.hosts(count), states)}
        @click=${this.#clicked}
        @pointermove=${this.#pointed}
      >
        ${this.#shownGroups.map(
          ({ name, ids }) => html`<div>
            <h3>${name || messages.others} <span>${formatCount(ids.length, language.tag).text}</span></h3>
            <canvas></canvas>
          </div>`,
        )}
      </div>
      <div class="ink">${INK.map((name) => html`<i class=${name}></i>`)}</div>
    `;
  }

  protected override updated(): void {
    this.toggleAttribute('narrow', this.#isNarrow);
    this.refresh();
  }

  get #isNarrow(): boolean {
    return this.width < NARROW;
  }

  get #shownGroups(): readonly FieldGroup[] {
    return this.#isNarrow ? [{ name: '', ids: this.groups.flatMap(({ ids }) => ids) }] : this.groups;
  }

  #gridOf({ ids }: FieldGroup): FieldGrid {
    if (!this.#isNarrow) return fitGrid(this.groups, this.width);
    const columns = Math.max(1, Math.floor(this.width / NARROW_CELL));
    return { cell: NARROW_CELL, rows: Math.ceil(ids.length / columns) };
  }

  #draw(canvas: HTMLCanvasElement, group: FieldGroup, ink: Ink): void {
    if (this.width === 0) return;
    const { cell, rows } = this.#gridOf(group);
    const width = Math.ceil(group.ids.length / rows) * cell;
    const height = Math.min(rows, group.ids.length) * cell;
    const scale = window.devicePixelRatio;
    // Setting it clears the canvas.
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.scale(scale, scale);
    const low = rgbOf(ink.low);
    const high = rgbOf(ink.high);
    const marked: [index: number, mark: Exclude<HostMark, 'up'>][] = [];
    const gap = cell > 8 ? 2 : 1;
    for (const [index, id] of group.ids.entries()) {
      const host = this.hosts.get(id);
      if (host === undefined) continue;
      if (host.mark !== 'up') {
        marked.push([index, host.mark]);
        continue;
      }
      context.fillStyle = mixed(low, high, (host.summary.cpu ?? 0) / 100);
      context.fillRect(Math.floor(index / rows) * cell, (index % rows) * cell, cell - gap, cell - gap);
    }
    // Above the cells beside them.
    for (const [index, mark] of marked) {
      const size = Math.max(LEAST_SHAPE, cell);
      const x = Math.min(
        width - size,
        Math.max(0, (Math.floor(index / rows) + 0.5) * cell - gap / 2 - size / 2),
      );
      const y = Math.min(height - size, Math.max(0, ((index % rows) + 0.5) * cell - gap / 2 - size / 2));
      drawShape(context, mark, x, y, size, ink);
    }
  }

  /** A canvas cannot use custom properties. */
  #ink(): Ink {
    const colourOf = (name: string): string => {
      const probe = this.renderRoot.querySelector(`.ink .${name}`);
      return probe === null ? 'transparent' : getComputedStyle(probe).color;
    };
    return {
      down: colourOf('down'),
      trouble: colourOf('trouble'),
      warning: colourOf('warning'),
      unknown: colourOf('unknown'),
      low: colourOf('low'),
      high: colourOf('high'),
      sign: colourOf('sign'),
    };
  }

  #hostAt({ offsetX, offsetY, target }: MouseEvent): ListedHost | undefined {
    const index = [...this.renderRoot.querySelectorAll('canvas')].findIndex((canvas) => canvas === target);
    const group = this.#shownGroups[index];
    if (group === undefined) return undefined;
    const { cell, rows } = this.#gridOf(group);
    const id = group.ids[Math.floor(offsetX / cell) * rows + Math.floor(offsetY / cell)];
    return id === undefined ? undefined : this.hosts.get(id);
  }

  readonly #clicked = (event: MouseEvent): void => {
    const host = this.#hostAt(event);
    if (host === undefined) return;
    const type = this.context?.isChoosing === true ? 'choosehost' : 'openhost';
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: host.summary.id }));
  };

  readonly #pointed = (event: PointerEvent): void => {
    const { target } = event;
    const host = this.#hostAt(event);
    if (!(target instanceof HTMLElement) || this.context === null) return;
    const { words } = this.context;
    const { messages, language } = words;
    const cpu = `${messages.readings.cpu} ${formatReading(host?.summary.cpu ?? null, 'percent', language.tag)}`;
    target.title = host === undefined ? '' : `${words.nameOf(host.summary)}\n${whyOf(host, words) || cpu}`;
  };
}

type Rgb = readonly [number, number, number];

/** Of a resolved colour. */
function rgbOf(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** Low values differ more than high ones. */
function mixed(low: Rgb, high: Rgb, share: number): string {
  const part = Math.min(1, Math.max(0, share)) ** 0.85;
  const [red, green, blue] = low.map((value, index) =>
    Math.round(value + ((high[index] ?? 0) - value) * part),
  );
  return `rgb(${red} ${green} ${blue})`;
}

function drawShape(
  context: CanvasRenderingContext2D,
  mark: Exclude<HostMark, 'up'>,
  x: number,
  y: number,
  size: number,
  ink: Ink,
): void {
  const { fill, stroke, width } = PATHS[mark];
  context.save();
  context.translate(x, y);
  context.scale(size / 16, size / 16);
  // Apart from its neighbours.
  context.fillStyle = ink.sign;
  context.fillRect(-1, -1, 18, 18);
  context.lineWidth = width;
  if (fill === undefined) {
    context.strokeStyle = ink[mark];
    context.setLineDash([2.6, 2.42]);
  } else {
    context.fillStyle = ink[mark];
    const shape = new Path2D(fill);
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- not an array
    context.fill(shape);
    context.strokeStyle = ink.sign;
  }
  context.stroke(new Path2D(stroke));
  context.restore();
}

declare global {
  interface HTMLElementTagNameMap {
    'host-field': HostField;
  }
}
