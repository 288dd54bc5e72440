import { css } from 'lit';

/** A button of the bar; below a phone's page an icon with a word under it. What differs there comes from page.css through properties. */
export const toolStyles = css`
  .tool {
    position: relative;
    display: inline-flex;
    flex-direction: var(--tool-direction, row);
    flex: none;
    align-items: center;
    justify-content: center;
    gap: 0.125rem 0.5rem;
    box-sizing: border-box;
    width: var(--tool-width, 2rem);
    height: var(--tool-height, 2rem);
    padding: 0;
    font: inherit;
    font-size: 0.75rem;
    font-weight: 500;
    line-height: 1;
    white-space: nowrap;
    color: var(--page-text-second);
    background: none;
    border: 1px solid var(--tool-border, var(--page-border-strong));
    border-radius: 0.5rem;
    cursor: pointer;
  }
  @media (hover: hover) {
    .tool:hover {
      color: var(--page-text);
      background: color-mix(in srgb, var(--page-text) 8%, transparent);
    }
  }
  .tool:focus-visible {
    outline: 2px solid var(--page-focus);
    outline-offset: var(--tool-outline, 2px);
  }
  .tool svg {
    flex: none;
    width: var(--tool-icon, 1rem);
    height: var(--tool-icon, 1rem);
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .tool .label {
    display: var(--tool-label, none);
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 0.6875rem;
    line-height: 0.875rem;
  }
`;
