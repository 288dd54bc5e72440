import { css } from 'lit';

/** The colours of severities, as `--_shape` for shapes, lines and tints and `--_tone` for text. */
export const alertColours = css`
  .trouble {
    --_shape: light-dark(#b8143f, #ff7089);
    --_tone: light-dark(#b8143f, #ff7089);
  }
  .warning {
    --_shape: light-dark(#b27d00, #ffd84a);
    --_tone: light-dark(#6e5a00, #ffd84a);
  }
  .sign {
    stroke: var(--_surface);
  }
`;
