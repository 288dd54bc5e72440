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
    width: 0.625rem;
    height: 0.625rem;
    margin: -0.3125rem 0 0 -0.3125rem;
    border: 2px solid var(--_text);
    border-radius: 50%;
    background: var(--_line);
  }
  .dot[data-hue] {
    background: currentcolor;
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
