import { css } from 'lit';

/** A dialog that drops from the bar; on a phone it comes from the end of the page, in reach of the thumb (sheet.ts). */
export const sheetStyles = css`
  .sheet {
    position: fixed;
    inset: auto;
    inset-block-start: calc(var(--bar-height) + 0.25rem);
    inset-inline-end: max(var(--edge), (100vw - var(--column)) / 2 + var(--edge));
    box-sizing: border-box;
    min-width: 15rem;
    max-width: min(26rem, 100vw - 2 * var(--edge));
    max-height: calc(100dvh - var(--bar-height) - 1rem);
    margin: 0;
    padding: 0;
    overflow: auto;
    overscroll-behavior: contain;
    font-size: 0.8125rem;
    color: var(--page-text);
    background: var(--page-raised);
    border: 1px solid var(--page-border-strong);
    border-radius: 0.75rem;
    box-shadow: 0 0.75rem 2rem light-dark(rgb(19 26 38 / 14%), rgb(0 0 0 / 45%));
  }
  .sheet.start {
    inset-inline: max(var(--edge), (100vw - var(--column)) / 2 + var(--edge)) auto;
  }
  .sheet::backdrop {
    background: none;
  }
  .sheet > div {
    display: grid;
    gap: 0.25rem;
    padding: 0.75rem;
  }
  .sheet h2 {
    margin: 0;
    font-size: 0.75rem;
    font-weight: 500;
    color: var(--page-text-muted);
  }
  .item {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    box-sizing: border-box;
    min-height: 2.25rem;
    padding: 0 0.5rem;
    font: inherit;
    font-weight: 500;
    text-align: start;
    text-decoration: none;
    color: var(--page-text-second);
    background: none;
    border: 0;
    border-radius: 0.5rem;
    cursor: pointer;
  }
  @media (hover: hover) {
    .item:hover {
      color: var(--page-text);
      background: color-mix(in srgb, var(--page-text) 8%, transparent);
    }
  }
  .item:focus-visible {
    outline: 2px solid var(--page-focus);
    outline-offset: -2px;
  }
  .sheet hr {
    width: 100%;
    margin: 0.25rem 0;
    border: 0;
    border-block-start: 1px solid var(--page-border-strong);
  }
  @media (pointer: coarse) {
    .item {
      min-height: 2.75rem;
      font-size: 0.875rem;
    }
  }
  @media (max-width: 48rem), (pointer: coarse) and (max-width: 60rem) {
    .sheet,
    .sheet.start {
      inset: auto 0 0;
      width: 100%;
      max-width: none;
      max-height: calc(100dvh - 3rem);
      padding-block-end: env(safe-area-inset-bottom, 0px);
      border-width: 1px 0 0;
      border-radius: 1.125rem 1.125rem 0 0;
    }
    .sheet::backdrop {
      background: rgb(4 7 12 / 55%);
    }
    .sheet > div {
      padding: 0.5rem 1rem 1.25rem;
    }
    .sheet > div::before {
      content: '';
      width: 2.25rem;
      height: 0.25rem;
      margin: 0 auto 0.5rem;
      background: var(--page-border-strong);
      border-radius: 0.125rem;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .sheet {
      transition: translate 0.16s ease-out;
    }
    @media (max-width: 48rem), (pointer: coarse) and (max-width: 60rem) {
      .sheet {
        @starting-style {
          translate: 0 100%;
        }
      }
    }
  }
`;
