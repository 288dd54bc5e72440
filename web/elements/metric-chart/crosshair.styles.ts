import { css } from 'lit';

/** Borders, since forced colours remove backgrounds. */
export const crosshairStyles = css`
  .hair,
  .dot,
  .band {
    position: absolute;
    pointer-events: none;
  }
  .hair[hidden],
  .dot[hidden],
  .band[hidden] {
    display: none;
  }
  .hair {
    margin-inline-start: -0.5px;
    border-inline-start: 1px dashed var(--_text-muted);
  }
  .dot {
    width: 0.5625rem;
    height: 0.5625rem;
    margin: -0.28125rem 0 0 -0.28125rem;
    border: 1.5px solid var(--_surface);
    border-radius: 50%;
    background: var(--_line);
  }
  .dot[data-hue] {
    background: currentcolor;
  }
  /* What is left over has no line. */
  .stacked .dot[data-shade='third'] {
    display: none;
  }
  .band {
    border-inline: 1px solid var(--_focus);
    background: color-mix(in srgb, var(--_focus) 18%, transparent);
  }
  canvas {
    /* Horizontal swipes read the chart, vertical ones scroll the page. */
    touch-action: pan-y;
  }
`;
