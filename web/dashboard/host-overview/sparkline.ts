import { html, svg, type TemplateResult } from 'lit';
import { POINTS } from './host-readings.ts';

/** Height in the units of the drawing, of which the browser makes what there is room for. */
const HEIGHT = 100;
/** Where the picture of a host that is down ends: what follows is empty. */
const DOWN_END = 0.72;

export interface LineOptions {
  /** The value at the top. */
  readonly max: number;
  /** Of the width, for a host that is down. */
  readonly isDown: boolean;
}

/** A small line with the area below it. `tone` is the class that has its colour. */
export function sparkline(
  values: Float32Array | undefined,
  tone: string,
  options: LineOptions,
): TemplateResult {
  const { line, area } = pathsOf(values, options, HEIGHT, -1);
  return drawing(
    tone,
    svg`<line x1="0" x2=${POINTS - 1} y1=${HEIGHT - 1} y2=${HEIGHT - 1} class="base" /><path d=${area} class="area" /><path d=${line} />`,
  );
}

/** Two lines that grow from the middle: what is received upwards, what is sent downwards. */
export function mirrored(
  up: Float32Array | undefined,
  down: Float32Array | undefined,
  { max, isDown }: LineOptions,
): TemplateResult {
  const middle = HEIGHT / 2;
  const upper = pathsOf(up, { max: max * 2, isDown }, middle, -1);
  const lower = pathsOf(down, { max: max * 2, isDown }, middle, 1);
  return drawing(
    'network',
    svg`<line x1="0" x2=${POINTS - 1} y1=${middle} y2=${middle} class="base" /><path d=${upper.area} class="area" /><path d=${upper.line} /><g class="second"><path d=${lower.area} class="area" /><path d=${lower.line} /></g>`,
  );
}

function drawing(tone: string, content: unknown): TemplateResult {
  return html`<svg class="line ${tone}" viewBox="0 0 ${POINTS - 1} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${content}
  </svg>`;
}

/** Whole units are finer than a pixel, and short to write. */
function pathsOf(
  values: Float32Array | undefined,
  { max, isDown }: LineOptions,
  base: number,
  direction: 1 | -1,
): { readonly line: string; readonly area: string } {
  let line = '';
  let area = '';
  if (values === undefined) return { line, area };
  const scale = (HEIGHT - 4) / max;
  const width = isDown ? DOWN_END : 1;
  let first = -1;
  let last = -1;
  let run = '';
  const end = (): void => {
    if (first < 0) return;
    line += `M${run}`;
    area += `M${first} ${base}L${run}L${last} ${base}Z`;
    first = -1;
    run = '';
  };
  for (let index = 0; index < POINTS; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      end();
      continue;
    }
    const x = width === 1 ? index : Math.round(index * width * 10) / 10;
    const reach = Math.min(value * scale, HEIGHT - 4);
    const y = Math.round(base - 1 + direction * reach);
    if (first < 0) first = x;
    run += `${run === '' ? '' : 'L'}${x} ${y}`;
    last = x;
  }
  end();
  return { line, area };
}

/** The top of a line whose values have no bound: steps of 1, 2, 5, so that it seldom changes. */
export function topOf(lines: readonly (Float32Array | undefined)[], least: number): number {
  let highest = least;
  for (const values of lines) for (const value of values ?? []) if (value > highest) highest = value;
  const decade = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 5, 10].find((step) => step * decade >= highest) ?? 10) * decade;
}
