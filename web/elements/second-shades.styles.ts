import { css } from 'lit';

/** Further series of a resource have the second shade of its hue (tokens.styles.ts). For an element with several series, and all in it. */
export const secondShades = css`
  :host {
    /* A page's own hue has a second shade too. Without one, these are invalid, and the others fall back. */
    --_own-1: color-mix(in oklab, var(--mp-series-1) 62%, var(--_surface));
    --_own-2: color-mix(in oklab, var(--mp-series-2) 62%, var(--_surface));
    --_own-3: color-mix(in oklab, var(--mp-series-3) 62%, var(--_surface));
    --_own-4: color-mix(in oklab, var(--mp-series-4) 62%, var(--_surface));
    --_own-5: color-mix(in oklab, var(--mp-series-5) 62%, var(--_surface));
    --_cpu-second: var(--_own-1, light-dark(#379992, #1d8f87));
    --_memory-second: var(--_own-2, light-dark(#8b7fe6, #6d62c9));
    --_disk-second: var(--_own-4, light-dark(#c87a34, #bd662b));
    --_network-second: var(--_own-3, light-dark(#5b95d3, #3c7cc9));
    --_neutral-second: var(--_own-5, light-dark(#8894a8, #64718a));
  }
`;
