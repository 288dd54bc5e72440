import { css } from 'lit';

export const sectionStyles = css`
  .first {
    margin-block-end: var(--_space-6);
  }
  .first h2 {
    margin: 0 0 var(--_space-3);
  }
  /* Closed ones are quiet lines, as many beside each other as have room; an open one has all of it. */
  .sections {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr));
    gap: 0 var(--_space-6);
    margin-block-start: var(--_space-3);
  }
  details {
    min-width: 0;
    container-type: inline-size;
  }
  details[open] {
    grid-column: 1 / -1;
    margin-block: var(--_space-2) var(--_space-4);
    border-block-start: 1px solid var(--_border);
  }
  summary {
    display: flex;
    align-items: baseline;
    gap: var(--_space-1) var(--_space-3);
    min-height: 2.25rem;
    padding-block: 0.5rem;
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
    width: 0.4375rem;
    height: 0.4375rem;
    margin-inline: 0.125rem;
    border: 0 solid var(--_text-muted);
    border-block-end-width: 1.5px;
    border-inline-end-width: 1.5px;
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
    font-size: 0.8125rem;
  }
  [open] > summary h2,
  .first h2 {
    font-size: 0.9375rem;
  }
  h3 {
    margin: var(--_space-4) 0 var(--_space-2);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
  .digest {
    /* One line; the rest wraps out of sight. */
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    gap: 0 var(--_space-3);
    min-width: 0;
    height: 1.4em;
    overflow: hidden;
  }
  .digest {
    font-size: 0.75rem;
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  .digest > span {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* Wide enough for most values: those after it stay where they are. */
  .digest b {
    display: inline-block;
    min-width: 5ch;
    font-weight: 500;
    color: var(--_text-second);
  }
  @media print {
    summary,
    h3 {
      break-after: avoid;
    }
  }
  @media (pointer: coarse) {
    summary {
      min-height: 2.75rem;
      align-items: center;
    }
  }
`;
