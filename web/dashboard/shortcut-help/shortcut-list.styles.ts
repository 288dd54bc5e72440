import { css } from 'lit';

export const styles = css`
  dialog {
    width: min(32rem, 100vw - 2rem);
    max-height: calc(100dvh - 2rem);
    padding: 0;
    font-size: 0.9375rem;
    color: var(--_text);
    background: var(--_surface-raised);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.5);
  }
  dialog > div {
    padding: var(--_space-6);
  }
  h2 {
    margin: 0 0 var(--_space-4);
    font-size: 1.125rem;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: var(--_space-2) var(--_space-4);
    margin: 0 0 var(--_space-4);
  }
  dt {
    font-weight: 600;
  }
  dd {
    margin: 0;
    color: var(--_text-muted);
  }
  h2:focus {
    outline: none;
  }
  @media (max-width: 30rem) {
    dl {
      display: block;
    }
    dd {
      margin-block-end: var(--_space-3);
    }
  }
  kbd {
    display: inline-block;
    min-width: 1.5em;
    padding: 0 0.375em;
    font: inherit;
    text-align: center;
    border: 1px solid var(--_border);
    border-radius: 0.375rem;
  }
  label {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    min-height: 2.75rem;
  }
  form {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin: var(--_space-2) 0 0;
  }
  form button {
    padding-inline: var(--_space-4);
  }
  a {
    padding-block: var(--_space-3);
    color: inherit;
  }
`;
