import { css } from 'lit';

/** The colours of states, as `--_tone` for text and `--_shape` for shapes and tints, and of readings, as `color` of lines. */
export const hostColours = css`
  :host {
    --_track: light-dark(#e6ebf1, #1c2532);
    --_quiet: light-dark(#46536a, #c3ccda);
  }
  .down,
  .trouble {
    --_tone: light-dark(#b8143f, #ff7089);
    --_shape: light-dark(#b8143f, #ff7089);
  }
  .warning {
    --_tone: light-dark(#6e5a00, #ffd84a);
    --_shape: light-dark(#b27d00, #ffd84a);
  }
  .unknown {
    --_tone: var(--_text-muted);
    --_shape: var(--_text-muted);
  }
  .up {
    --_tone: var(--_text-muted);
    --_shape: var(--_good);
  }
  .mark {
    display: inline-flex;
    flex: none;
    color: var(--_shape);
  }
  .mark svg {
    width: 0.875rem;
    height: 0.875rem;
    stroke-width: 1.8;
  }
  .sign {
    stroke: var(--_surface);
  }

  svg.line {
    display: block;
    width: 100%;
    height: 100%;
    min-width: 0;
    color: var(--_quiet);
    overflow: visible;
  }
  svg.line path {
    stroke-width: 1.25;
    vector-effect: non-scaling-stroke;
  }
  svg.line .area {
    fill: currentcolor;
    fill-opacity: 0.16;
    stroke: none;
  }
  svg.line .base {
    stroke: var(--_grid);
    stroke-width: 1;
    vector-effect: non-scaling-stroke;
  }
  svg.cpu {
    color: var(--_cpu);
  }
  svg.memory {
    color: var(--_memory);
  }
  svg.network {
    color: var(--_network);
  }
  svg.network .second {
    opacity: 0.75;
  }
  svg.io {
    color: light-dark(#b4540a, #ff9a55);
  }

  svg.disk {
    --_bar: var(--_quiet);
    display: block;
    width: 100%;
    height: 6px;
    min-width: 0;
    border-radius: 3px;
    background: var(--_track);
  }
  svg.disk.trouble,
  svg.disk.warning {
    --_bar: var(--_shape);
  }
  .disk rect {
    fill: var(--_bar);
    stroke: none;
  }
  /* Where it is too full. */
  .disk path {
    stroke: var(--_text-muted);
    stroke-width: 1;
    vector-effect: non-scaling-stroke;
  }

  .number {
    display: inline-flex;
    align-items: baseline;
    gap: 0.25rem;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .number b {
    font-weight: inherit;
  }
  .number small,
  .what {
    font-size: inherit;
    font-weight: 400;
    color: var(--_text-muted);
  }
  .number .mark {
    align-self: center;
  }
  .number.trouble b,
  .number.warning b {
    font-weight: 600;
    color: var(--_tone);
  }
  .why.down,
  .why.trouble,
  .why.warning {
    color: var(--_tone);
  }
  .why.unknown,
  .why.up,
  .blank {
    color: var(--_text-muted);
  }

  a {
    color: inherit;
    text-decoration: none;
  }
  a:hover {
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  input[type='checkbox'] {
    flex: none;
    width: 1rem;
    height: 1rem;
    margin: 0;
    accent-color: var(--_cpu);
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (forced-colors: active) {
    svg.disk {
      border: 1px solid CanvasText;
    }
    .disk rect {
      fill: Highlight;
    }
  }
`;
