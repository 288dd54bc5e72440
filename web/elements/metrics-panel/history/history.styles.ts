import { css } from 'lit';

export const historyStyles = css`
  .past {
    margin: 0 0 var(--_space-3);
    font-size: var(--_size-small);
    color: var(--_text-muted);
    overflow-wrap: anywhere;
  }
  :host([layout='sparkline']:not([sections])) .past {
    display: contents;
  }
  .coming {
    position: absolute;
    inset-inline: 0;
    block-size: 2px;
    margin-block-start: calc(-1 * var(--_space-2));
    overflow: hidden;
    border-radius: 1px;
  }
  .coming span {
    position: absolute;
    clip-path: inset(50%);
  }
  .coming::before {
    content: '';
    position: absolute;
    inset: 0;
    background: var(--_cpu);
    opacity: 0;
    /* An answer that comes at once shows nothing. */
    animation: coming 1.2s ease-in-out 0.25s infinite;
  }
  @keyframes coming {
    from {
      opacity: 1;
      translate: -100%;
    }
    to {
      opacity: 1;
      translate: 100%;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .coming::before {
      animation: none;
      opacity: 0.6;
    }
  }
`;
