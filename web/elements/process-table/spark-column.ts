import { windowOf } from '../../browser/documents.ts';
import { drawSparkLines, type SparkLines } from './spark-lines.ts';

/** Draws lines into a canvas that lies over a column of rows, whenever it is resized and when they change. */
export class SparkColumn {
  #canvas: HTMLCanvasElement | null = null;
  #stop: () => void = () => {};
  #width = 0;
  #height = 0;
  #lines: Omit<SparkLines, 'color'> | null = null;

  /** Without layout: sizes come with the observer, the colour with the style that the frame computes anyway. @param canvas `null` while there is none */
  draw(canvas: HTMLCanvasElement | null, lines: Omit<SparkLines, 'color'> | null): void {
    this.#lines = lines;
    this.#follow(canvas);
    this.#paint();
  }

  stop(): void {
    this.#follow(null);
  }

  #follow(canvas: HTMLCanvasElement | null): void {
    if (canvas === this.#canvas) return;
    this.#stop();
    this.#canvas = canvas;
    this.#width = 0;
    if (canvas === null) return;
    const observer = new (windowOf(canvas).ResizeObserver)(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.#height = entry?.contentRect.height ?? 0;
      this.#paint();
    });
    observer.observe(canvas);
    this.#stop = () => observer.disconnect();
  }

  #paint(): void {
    const canvas = this.#canvas;
    if (canvas === null || this.#width === 0) return;
    const own = windowOf(canvas);
    const ratio = own.devicePixelRatio;
    const [width, height] = [Math.round(this.#width * ratio), Math.round(this.#height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    if (context === null || this.#lines === null) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawSparkLines(context, this.#width, this.#height, {
      ...this.#lines,
      color: own.getComputedStyle(canvas).color,
    });
  }
}
