import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    font-size: 0.78125rem;
  }
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr));
    gap: 0.75rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .card {
    position: relative;
    height: 100%;
    padding: 0.75rem 1rem 0.25rem;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 0.75rem;
    cursor: pointer;
  }
  .card:hover {
    border-color: color-mix(in oklab, var(--_text-muted) 45%, var(--_border));
  }
  .card:is(.down, .trouble, .warning) {
    border-color: color-mix(in oklab, var(--_shape) 30%, var(--_border));
  }
  .card:is(.down, .trouble, .warning)::before {
    content: '';
    position: absolute;
    inset-inline-start: -1px;
    inset-block-start: 15px;
    width: 3px;
    height: 18px;
    border-radius: 0 2px 2px 0;
    background: var(--_shape);
  }
  header {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-width: 0;
    min-height: 1.5rem;
  }
  h2 {
    flex: 0 1 auto;
    min-width: 3rem;
    margin: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 0.9375rem;
    font-weight: 600;
    letter-spacing: -0.01em;
  }
  .tags {
    display: flex;
    flex: 1 1000 0;
    flex-wrap: wrap;
    justify-content: end;
    gap: 0.25rem 0.375rem;
    height: 1.125rem;
    min-width: 0;
    overflow: hidden;
  }
  .tag {
    padding-inline: 0.3125rem;
    font-size: 0.6875rem;
    line-height: 1rem;
    white-space: nowrap;
    color: var(--_text-muted);
    border: 1px solid var(--_border);
    border-radius: 0.25rem;
  }
  .why {
    min-height: 2.875rem;
    margin: 0;
    padding-block: 0.25rem 0.375rem;
    line-height: 1.125rem;
    overflow-wrap: anywhere;
  }
  .quiet {
    display: block;
    color: var(--_text-muted);
  }
  dl {
    margin: 0;
  }
  .reading {
    display: grid;
    grid-template-columns: 5.25rem minmax(2.5rem, 1fr) 7.25rem;
    align-items: center;
    gap: 0.75rem;
    height: 3.25rem;
    border-block-start: 1px solid var(--_border);
  }
  dt {
    color: var(--_text-muted);
  }
  dd {
    min-width: 0;
    margin: 0;
  }
  dd svg.line {
    height: 38px;
  }
  .value {
    display: flex;
    align-items: baseline;
    justify-content: end;
    gap: 0.25rem;
    white-space: nowrap;
  }
  .value .number {
    font-size: 0.9375rem;
    font-weight: 600;
    letter-spacing: -0.01em;
  }
  .value small,
  .value .what {
    font-size: 0.71875rem;
    letter-spacing: 0;
  }
  .value .what {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .blank {
    grid-column: 3;
    text-align: end;
  }
  /* The last picture of a host that does not answer. */
  .card:is(.down, .unknown) dl,
  :host([stale]) dl {
    filter: grayscale(1);
    color: var(--_text-muted);
  }
  .card:is(.down, .unknown) dl svg,
  :host([stale]) dl svg {
    opacity: 0.7;
  }
`;
