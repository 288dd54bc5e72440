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

    /* One hue is one resource everywhere (metric-chart/chart-series.ts); for its second shade see second-shades.styles.ts. */
    --_cpu: var(--mp-series-1, light-dark(#0b7a75, #3ad6c5));
    --_memory: var(--mp-series-2, light-dark(#5b4bd6, #a79bff));
    --_disk: var(--mp-series-4, light-dark(#b4540a, #ff9a55));
    --_network: var(--mp-series-3, light-dark(#1767b8, #6fb8ff));
    --_neutral: var(--mp-series-5, light-dark(#46536a, #c3ccda));

    --_good: light-dark(#0f7040, #4ade94);
    --_busy: light-dark(#2558b8, #82b1ff);
    /* Warnings as text and as shapes. */
    --_warn: light-dark(#6e5a00, #ffd84a);
    --_warn-shape: light-dark(#b27d00, #ffd84a);
    --_bad: light-dark(#b8143f, #ff7089);

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
