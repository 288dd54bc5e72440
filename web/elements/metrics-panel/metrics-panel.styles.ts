import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    line-height: 1.4;
    /* Text styles of the page are not meant for charts. */
    text-align: start;
    text-indent: 0;
    white-space: normal;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    justify-content: space-between;
    gap: var(--_space-3) var(--_space-4);
    margin-block-end: var(--_space-4);
  }
  connection-badge[small].header {
    margin-block: 0.25rem;
  }
  /* Within the first line of a card, so that nothing moves. */
  connection-badge.card {
    margin-block: -0.5rem;
  }
  connection-badge.card[dot] {
    display: inline-flex;
    margin-inline-end: var(--_space-1);
    vertical-align: -0.0625rem;
  }
  /* Nothing else is in that corner. Most connections are there sooner. */
  connection-badge.alone {
    position: absolute;
    inset: var(--_space-2) var(--_space-2) auto auto;
    z-index: 1;
    animation: appear 1ms 1s backwards;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  .heading {
    /* The dashboard's heading has its own row below the badge. */
    display: var(--_heading-display, block);
    flex: 1 1 4.5rem;
    min-width: 0;
  }
  .heading h2,
  ::slotted(*) {
    unicode-bidi: plaintext;
  }
  .heading h2 {
    margin: 0;
    font-size: 1.125rem;
    line-height: 2rem;
    overflow-wrap: anywhere;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--_card)), 1fr));
    gap: var(--_space-3);
  }
  .grid + .grid {
    margin-block-start: var(--_space-3);
  }
  .headline {
    --_card: var(--mp-headline-width, 20rem);
    --mp-plot-height: var(--mp-headline-height, clamp(8rem, 20vh, 22rem));
  }
  .detail {
    --_card: 17rem;
    --mp-plot-height: clamp(7.5rem, 14vh, 14rem);
  }
  .row {
    grid-template-columns: none;
    grid-auto-flow: column;
    grid-auto-columns: minmax(min(100%, 14rem), 1fr);
    overflow-x: auto;
    --mp-plot-height: 8rem;
  }
  /* Shared columns align lines and numbers of all rows. */
  .sparkline {
    grid-template-columns: minmax(2em, auto) minmax(min(5em, 25%), 1fr) minmax(4em, auto);
    gap: var(--_space-2);
  }
  /* Sits on the baseline of a line of text, without making it higher. */
  :host([layout='sparkline']:not([sections])) {
    display: inline-flex;
    align-items: baseline;
    gap: var(--_space-2);
    max-width: 100%;
    line-height: inherit;
    /* A badge is higher than a line of text. */
    header {
      flex: none;
      align-self: center;
      gap: 0;
      margin: -0.5rem 0;
    }
    .heading {
      display: contents;
    }
    [part='charts'] {
      display: flex;
      flex: 1 1 auto;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0 var(--_space-2);
      min-width: 0;
    }
    .grid {
      flex: 1 1 auto;
      min-width: 0;
    }
    .notice,
    .missing {
      display: contents;
      font-size: inherit;
    }
    .word {
      display: inline;
      text-decoration: underline dotted;
    }
    .skeleton {
      width: 9em;
      height: 1em;
    }
    .skeleton + .skeleton {
      display: none;
    }
  }
  .compact {
    grid-template-columns: repeat(auto-fill, minmax(clamp(9.25rem, 30%, 14rem), 1fr));
    gap: var(--_space-3);
    --mp-plot-height: 6rem;
  }
  [data-hue='cpu'] {
    --mp-line: var(--_cpu);
  }
  [data-hue='memory'] {
    --mp-line: var(--_memory);
  }
  [data-hue='disk'] {
    --mp-line: var(--_disk);
  }
  [data-hue='neutral'] {
    --mp-line: var(--_neutral);
  }
  [data-hue='network'] {
    --mp-line: var(--_network);
  }
  .notice {
    display: grid;
    justify-items: center;
    gap: var(--_space-2);
    padding: clamp(2rem, 8vh, 5rem) var(--_space-6);
    text-align: center;
    background: var(--_surface);
    border: 1px dashed var(--_border);
    border-radius: var(--_radius);
  }
  .notice b {
    font-size: 1.125rem;
    color: var(--_text);
  }
  .notice p {
    max-width: 38rem;
    margin: 0;
  }
  .missing {
    margin: var(--_space-3) 0 0;
    font-size: var(--_size-small);
  }
  .missing,
  .notice {
    color: var(--_text-muted);
    overflow-wrap: anywhere;
  }
  .word {
    display: none;
  }
  .notice code {
    white-space: nowrap;
  }
  .skeleton {
    height: 15rem;
  }
  .skeleton,
  :not(.sparkline) > .plain {
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .plain {
    display: flex;
    justify-content: space-between;
    gap: var(--_space-2);
    margin: 0;
  }
  .sparkline > .plain {
    grid-column: 1 / -1;
  }
  /* About the size of the chart that will replace it. */
  :not(.sparkline) > .plain {
    min-height: calc(var(--mp-plot-height) + 3.25rem);
    padding: var(--_space-3) var(--_space-4);
  }
  /* With a legend. */
  .plain.several {
    min-height: calc(var(--mp-plot-height) + 4.5rem);
  }
  .plain b {
    font-size: var(--mp-value-size, var(--_size-value));
  }
  .said,
  :host([layout='sparkline']:not([sections])) .word ~ * {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (prefers-reduced-motion: no-preference) {
    .skeleton {
      animation: breathe 1.6s ease-in-out infinite alternate;
    }
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`;
