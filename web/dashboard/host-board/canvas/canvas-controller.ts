import { css, type LitElement, type ReactiveController } from 'lit';
import { windowOf } from '../../../browser/documents.ts';
import type { Hue } from '../../../elements/metric-chart/chart-series.ts';

/** A canvas cannot use custom properties: it reads colours from properties of its own style that it does not use otherwise. */
export const canvasStyles = css`
  canvas {
    display: block;
    border: 0 solid var(--_network-second);
    border-block-start-color: var(--_heat-base);
    border-inline-end-color: var(--_disk-second);
    color: var(--_cpu);
    outline-color: var(--_memory);
    column-rule-color: var(--_disk);
    text-decoration-color: var(--_network);
    caret-color: var(--_neutral);
    accent-color: var(--_border-strong);
    /* Invisible: its transitionend event reports a change of theme, whatever caused it. */
    transition: color 1ms;
  }
  :host {
    --_heat-base: light-dark(#eef2f6, #18212d);
  }
  :host([stale]) canvas {
    filter: grayscale(1);
    opacity: 0.65;
  }
  /* In the colours of text alone, no value could be told from another. */
  @media (forced-colors: active) {
    canvas {
      forced-color-adjust: none;
    }
  }
`;

/** Resolved colours, as CSS has them. */
export interface Colours {
  readonly hues: Readonly<Record<Hue, string>>;
  readonly seconds: Readonly<Partial<Record<Hue, string>>>;
  /** Of a cell whose value is 0, and behind a line. */
  readonly base: string;
  readonly rule: string;
}

/** What is painted on, CSS pixels. */
export interface Surface {
  readonly ctx: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
}

/** Keeps the only canvas of its host as large as its box, and has it painted when that changes, and with the next update once its picture is out of date. */
export class CanvasController implements ReactiveController {
  readonly #host: LitElement;
  readonly #paint: (surface: Surface) => void;
  readonly #resized: (width: number) => void;
  #canvas: HTMLCanvasElement | null = null;
  #observer: ResizeObserver | null = null;
  #width = 0;
  #height = 0;
  #colours: Colours | null = null;
  #isOutOfDate = true;

  /** @param resized called with the width of the canvas */
  constructor(host: LitElement, paint: (surface: Surface) => void, resized: (width: number) => void) {
    this.#host = host;
    this.#paint = paint;
    this.#resized = resized;
    host.addController(this);
  }

  /** Of the canvas, CSS pixels; 0 before it is known. */
  get height(): number {
    return this.#height;
  }

  /** What is painted is something else now. */
  invalidate(): void {
    this.#isOutOfDate = true;
  }

  hostConnected(): void {
    this.#observer = new (windowOf(this.#host).ResizeObserver)((entries) => {
      const box = entries.at(-1)?.contentRect;
      if (box === undefined) return;
      this.#measure(box.width, box.height);
      this.#draw();
    });
    if (this.#canvas !== null) this.#observer.observe(this.#canvas);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = null;
  }

  hostUpdated(): void {
    const canvas = this.#host.shadowRoot?.querySelector('canvas') ?? null;
    if (canvas !== this.#canvas) {
      if (this.#canvas !== null) this.#observer?.unobserve(this.#canvas);
      this.#canvas = canvas;
      if (canvas !== null) this.#observer?.observe(canvas);
      canvas?.addEventListener('transitionend', () => this.recolour());
    }
    if (this.#isOutOfDate) this.#draw();
  }

  /** Reads the colours anew. */
  readonly recolour = (): void => {
    this.#colours = null;
    this.#draw();
  };

  /** Applies size and colours at once, for printing. */
  settle(): void {
    const canvas = this.#canvas;
    if (canvas === null) return;
    for (const transition of canvas.getAnimations()) transition.finish();
    this.#measure(canvas.clientWidth, canvas.clientHeight);
    this.recolour();
  }

  #measure(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.#resized(width);
  }

  #draw(): void {
    const canvas = this.#canvas;
    const ctx = canvas?.getContext('2d') ?? null;
    if (canvas === null || ctx === null || this.#width === 0 || this.#height === 0) return;
    const scale = Math.max(1, windowOf(this.#host).devicePixelRatio);
    const [width, height] = [Math.round(this.#width * scale), Math.round(this.#height * scale)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, this.#width, this.#height);
    this.#isOutOfDate = false;
    this.#colours ??= coloursOf(getComputedStyle(canvas));
    this.#paint({ ctx, width: this.#width, height: this.#height, colours: this.#colours });
  }
}

function coloursOf(style: CSSStyleDeclaration): Colours {
  return {
    hues: {
      cpu: style.color,
      memory: style.outlineColor,
      disk: style.columnRuleColor,
      network: style.textDecorationColor,
      neutral: style.caretColor,
    },
    seconds: { network: style.borderBottomColor, disk: style.borderRightColor },
    base: style.borderTopColor,
    rule: style.accentColor,
  };
}
