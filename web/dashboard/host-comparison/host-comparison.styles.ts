import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
  }
  nav {
    margin-block-end: var(--_space-2);
  }
  a {
    color: inherit;
    text-decoration: none;
  }
  a:hover {
    text-decoration: underline;
  }
  nav a {
    display: inline-flex;
    gap: var(--_space-1);
    align-items: center;
    min-height: 2rem;
    font-size: var(--_size-small);
    font-weight: 550;
    color: var(--_text-muted);
  }
  h1 {
    flex: 1 1 4rem;
    min-width: 0;
    margin: 0;
    font-size: 1.25rem;
    line-height: 1.75rem;
    letter-spacing: -0.02em;
    overflow-wrap: anywhere;
  }
  metrics-panel > div {
    display: flex;
    order: 1;
    flex: 0 0 100%;
    flex-wrap: wrap;
    gap: var(--_space-3) var(--_space-6);
    min-width: 0;
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2) var(--_space-4);
  }
  label {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  select {
    max-width: 16rem;
    height: 2.25rem;
    padding-inline: var(--_space-2);
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  ul {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: var(--_size-small);
  }
  li {
    display: flex;
    align-items: center;
    max-width: 100%;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  li a {
    min-width: 0;
    padding: var(--_space-1) 0 var(--_space-1) var(--_space-3);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-weight: 550;
  }
  li a:last-child {
    padding-inline-end: var(--_space-3);
  }
  button {
    flex: none;
    width: 2rem;
    min-height: 2rem;
    font: inherit;
    color: var(--_text-muted);
    background: none;
    border: 0;
    cursor: pointer;
  }
  button:hover {
    color: var(--_text);
  }
  metrics-panel {
    --_heading-display: contents;
    --mp-headline-height: clamp(14rem, 45vh, 32rem);
  }
  @media (pointer: coarse) {
    nav a,
    li a,
    button,
    select {
      min-width: 2.75rem;
      min-height: 2.75rem;
    }
    li a {
      display: flex;
      align-items: center;
    }
    select {
      /* Phones zoom into fields with smaller text. */
      font-size: 1rem;
    }
  }
`;
