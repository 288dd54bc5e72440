import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    white-space: nowrap;
  }
  h1 {
    flex: 0 1 auto;
    min-width: 3rem;
    margin: 0;
    font-size: 0.9375rem;
    letter-spacing: -0.01em;
  }
  h1 button {
    display: flex;
    align-items: center;
    gap: 0.375rem;
    max-width: 100%;
    height: var(--tool-height, 2rem);
    padding: 0 0.375rem;
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: none;
    border: 0;
    border-radius: 0.5rem;
    cursor: pointer;
  }
  h1 button:hover {
    background: color-mix(in srgb, var(--_text) 8%, transparent);
  }
  h1 span {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    unicode-bidi: plaintext;
  }
  h1 svg {
    flex: none;
    width: 0.75rem;
    height: 0.75rem;
    color: var(--_text-muted);
  }
  /* One line: what does not fit any more is on the next one. */
  .facts {
    display: flex;
    flex: 1 1 0;
    flex-wrap: wrap;
    min-width: 0;
    height: 1.25rem;
    margin: 0;
    overflow: hidden;
    font-size: 0.75rem;
    line-height: 1.25rem;
    font-variant-numeric: tabular-nums;
    color: var(--_text-muted);
  }
  .facts[hidden] {
    display: none;
  }
  .facts span {
    overflow: hidden;
    text-overflow: ellipsis;
    max-width: 100%;
  }
  .facts span + span::before {
    content: '·';
    margin-inline: 0.375rem;
  }
  ::slotted([slot='instead']) {
    flex: 1 1 0;
    min-width: 0;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.375rem var(--_space-4);
    margin: 0;
    padding: 0.25rem 0.5rem;
    white-space: normal;
  }
  dl > div {
    display: contents;
  }
  dt {
    color: var(--_text-muted);
  }
  dd {
    min-width: 0;
    margin: 0;
    overflow-wrap: anywhere;
    font-weight: 550;
    font-variant-numeric: tabular-nums;
  }
  @media print {
    h1 svg {
      display: none;
    }
  }
  @media (max-width: 48rem), (pointer: coarse) and (max-width: 60rem) {
    .facts {
      display: none;
    }
    h1 {
      font-size: 1.0625rem;
    }
    h1 button {
      min-height: 2.75rem;
    }
  }
`;
