import { css } from 'lit';

export const sectionStyles = css`
  .first {
    margin-block-end: var(--_space-6);
  }
  .first h2 {
    margin: 0 0 var(--_space-3);
    font-size: 1.125rem;
    letter-spacing: -0.01em;
  }
  details {
    container-type: inline-size;
    margin-block-start: var(--_space-4);
    border-block-start: 1px solid var(--_border);
  }
  /* The charts behind a summary view. */
  details details {
    margin-block-start: var(--_space-2);
    border-block-start: 0;
  }
  summary {
    display: flex;
    align-items: baseline;
    gap: var(--_space-1) var(--_space-4);
    padding-block: var(--_space-3);
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: '';
    flex: none;
    align-self: center;
    width: 0.5rem;
    height: 0.5rem;
    margin-inline: 0.125rem;
    border: 0 solid var(--_text-muted);
    border-block-end-width: 2px;
    border-inline-end-width: 2px;
    transform: rotate(-45deg);
  }
  details[open] > summary::before {
    transform: rotate(45deg);
  }
  summary:focus-visible {
    border-radius: 0.25rem;
  }
  summary h2 {
    flex: none;
    margin: 0;
    font-size: 1.125rem;
    letter-spacing: -0.01em;
  }
  h3 {
    margin: var(--_space-4) 0 var(--_space-2);
    font-size: 0.9375rem;
    overflow-wrap: anywhere;
  }
  .digest {
    /* One line; the rest wraps out of sight. */
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    gap: 0 var(--_space-4);
    min-width: 0;
    height: 1.4em;
    overflow: hidden;
  }
  .digest,
  .count {
    font-size: var(--_size-small);
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  .digest > span {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .digest b {
    font-weight: 600;
    color: var(--_text);
  }
  .count {
    flex: none;
  }
  @media print {
    summary,
    h3 {
      break-after: avoid;
    }
  }
  @container (max-width: 40rem) {
    summary {
      flex-wrap: wrap;
      justify-content: space-between;
    }
    summary h2 {
      flex: 1;
    }
    details details > summary {
      justify-content: start;
    }
    .digest {
      order: 1;
      flex-basis: 100%;
      height: auto;
      max-height: 2.8em;
    }
  }
`;
