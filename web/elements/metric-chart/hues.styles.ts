import { css } from 'lit';

/**
 * Gives whatever has `data-hue` and `data-shade` the colour of its series. Only an area may have the third shade as its colour, since a
 * line in it would be too faint: lines have the second, and are dotted.
 */
export const hueStyles = css`
  [data-hue='cpu'] {
    color: var(--_cpu);
    --_second: var(--_cpu-second);
  }
  [data-hue='memory'] {
    color: var(--_memory);
    --_second: var(--_memory-second);
  }
  [data-hue='disk'] {
    color: var(--_disk);
    --_second: var(--_disk-second);
  }
  [data-hue='network'] {
    color: var(--_network);
    --_second: var(--_network-second);
  }
  [data-hue='neutral'] {
    color: var(--_neutral);
    --_second: var(--_neutral-second);
  }
  [data-shade='second'],
  [data-shade='third'] {
    color: var(--_second);
  }
  .stacked [data-shade='third'] {
    color: var(--_border-strong);
  }
`;
