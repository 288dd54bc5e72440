import { css } from 'lit';

/**
 * The visual language: colour, type and space, in one place. Elements use the private `--_` names; a page sets the public
 * `--mp-` ones. `light-dark()` follows the `color-scheme` that the element inherits, so a page's own theme decides.
 */
export const tokens = css`
  :host {
    /* All languages here run left to right. In a right-to-left page, numbers and units would change places. */
    direction: ltr;
    --_surface: var(--mp-surface, light-dark(#ffffff, #121821));
    --_surface-raised: light-dark(#ffffff, #1b2330);
    --_border: var(--mp-border, light-dark(#e1e6ed, #1f2836));
    --_border-strong: light-dark(#cfd6e0, #2c3748);
    --_grid: var(--mp-grid, light-dark(#e9edf3, #1e2734));
    --_text: var(--mp-text, light-dark(#131a26, #e8edf5));
    --_text-second: light-dark(#3b4658, #bcc6d5);
    --_text-muted: var(--mp-text-muted, light-dark(#566176, #93a0b6));
    --_focus: light-dark(#1d5fd1, #7db4ff);

    /* A page's own hue has a second shade too. Without one, these are invalid, and the others fall back. */
    --_own-1: color-mix(in oklab, var(--mp-series-1) 62%, var(--_surface));
    --_own-2: color-mix(in oklab, var(--mp-series-2) 62%, var(--_surface));
    --_own-3: color-mix(in oklab, var(--mp-series-3) 62%, var(--_surface));
    --_own-4: color-mix(in oklab, var(--mp-series-4) 62%, var(--_surface));
    --_own-5: color-mix(in oklab, var(--mp-series-5) 62%, var(--_surface));
    /* One hue is one resource everywhere (metric-chart/chart-series.ts); the second shade is for further series of it. */
    --_cpu: var(--mp-series-1, light-dark(#0b7a75, #3ad6c5));
    --_cpu-second: var(--_own-1, light-dark(#379992, #1d8f87));
    --_memory: var(--mp-series-2, light-dark(#5b4bd6, #a79bff));
    --_memory-second: var(--_own-2, light-dark(#8b7fe6, #6d62c9));
    --_disk: var(--mp-series-4, light-dark(#b4540a, #ff9a55));
    --_disk-second: var(--_own-4, light-dark(#c87a34, #bd662b));
    --_network: var(--mp-series-3, light-dark(#1767b8, #6fb8ff));
    --_network-second: var(--_own-3, light-dark(#5b95d3, #3c7cc9));
    --_neutral: var(--mp-series-5, light-dark(#46536a, #c3ccda));
    --_neutral-second: var(--_own-5, light-dark(#8894a8, #64718a));

    --_good: light-dark(#0f7040, #4ade94);
    --_busy: light-dark(#2558b8, #82b1ff);
    /* Warnings as text and as shapes. */
    --_warn: light-dark(#6e5a00, #ffd84a);
    --_warn-shape: light-dark(#b27d00, #ffd84a);
    --_bad: light-dark(#b8143f, #ff7089);
    --_warn-tint: light-dark(rgb(255 196 0 / 20%), rgb(255 207 36 / 13%));
    --_bad-tint: light-dark(rgb(184 20 63 / 8%), rgb(255 112 137 / 13%));

    --_space-1: 0.25rem;
    --_space-2: 0.5rem;
    --_space-3: 0.75rem;
    --_space-4: 1rem;
    --_space-6: 1.5rem;
    --_radius: var(--mp-radius, 0.75rem);

    --_font: var(--mp-font, inherit);
    --_size-small: 0.8125rem;
    --_size-value: 1.25rem;

    color: var(--_text);
    font-family: var(--_font);
  }
  :host([hidden]) {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  /* Boxes that scroll keep the browser's ring. */
  :where(a, button, input, select, summary, [tabindex]):focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  /* Icons. */
  svg {
    width: 1rem;
    height: 1rem;
    fill: none;
    stroke: currentcolor;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  /* Prints swatches and bars. */
  *::before {
    print-color-adjust: exact;
  }
`;
