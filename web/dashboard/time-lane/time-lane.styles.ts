import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    height: 2.875rem;
    font-size: max(11px, 0.6875rem);
    line-height: 1.125rem;
    color: var(--_text-muted);
    user-select: none;
    -webkit-user-select: none;
    /* Sideways is ours, the rest scrolls. */
    touch-action: pan-y;
    cursor: crosshair;
  }
  :host([grip='body']) {
    cursor: grab;
  }
  :host([grip='begin']),
  :host([grip='end']) {
    cursor: ew-resize;
  }
  :host([dragging][grip='body']) {
    cursor: grabbing;
  }
  .strip {
    position: absolute;
    inset: 0 0 auto;
    height: 1.375rem;
    overflow: hidden;
    contain: strict;
    border-radius: 0.25rem;
    background: var(--_surface);
  }
  canvas {
    position: absolute;
    inset-inline: 0;
    inset-block-end: 0;
    width: 100%;
    height: 100%;
    color: var(--_neutral-second);
    /* Invisible: its transitionend event reports a change of theme, whatever caused it. */
    transition: 1ms allow-discrete;
    transition-property: color, font-family, font-size;
  }
  .caption,
  .cause {
    position: absolute;
    inset-block-start: 0.125rem;
    inset-inline-start: 0.5rem;
    white-space: nowrap;
    pointer-events: none;
    text-shadow:
      0 0 2px var(--_surface),
      0 0 3px var(--_surface),
      0 0 4px var(--_surface);
  }
  .unknown {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    overflow: hidden;
    background: repeating-linear-gradient(
      135deg,
      var(--_border-strong) 0 1.5px,
      transparent 1.5px 5px
    );
  }
  .cause {
    color: var(--_text-second);
  }
  .frame {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    border: 1px solid var(--_focus);
    border-radius: 0.1875rem;
    background: color-mix(in srgb, var(--_focus) 13%, transparent);
    box-shadow: 0 0 0 200vw color-mix(in srgb, var(--_shade) 35%, transparent);
    --_shade: light-dark(#f4f6f9, #0b0f16);
  }
  .frame:focus-visible {
    outline-offset: -3px;
  }
  /* Its edges. */
  .frame::before,
  .frame::after {
    content: '';
    position: absolute;
    inset-block: 0.375rem;
    inset-inline-start: -2px;
    width: 3px;
    border-radius: 2px;
    background: var(--_focus);
  }
  .frame::after {
    inset-inline: auto -2px;
  }
  .fired {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    height: 3px;
    min-width: 2px;
    background: var(--_warn-shape);
  }
  .fired.trouble {
    background: var(--_bad);
  }
  .time {
    position: absolute;
    inset-block-start: 1.5625rem;
    inset-inline-start: 0;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .tick {
    position: absolute;
    inset-block-start: 1.375rem;
    inset-inline-start: 0;
    width: 1px;
    height: 0.25rem;
    background: var(--_border-strong);
  }
  ul {
    display: contents;
    list-style: none;
  }
  li {
    position: absolute;
    inset-block-start: 1.375rem;
    inset-inline-start: 0;
  }
  button {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: -0.5625rem;
    display: flex;
    align-items: center;
    gap: 0.1875rem;
    height: 1.5rem;
    padding: 0 0.125rem;
    font: inherit;
    color: var(--_text-second);
    background: none;
    border: 0;
    border-radius: 0.25rem;
    cursor: pointer;
  }
  .before {
    inset-inline: auto -0.5625rem;
    flex-direction: row-reverse;
  }
  button:hover {
    color: var(--_text);
  }
  button:focus-visible {
    outline-offset: -1px;
  }
  button span {
    max-width: 15rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  svg {
    flex: none;
    width: 0.875rem;
    height: 0.875rem;
    color: var(--_text-second);
  }
  .note svg {
    color: var(--_focus);
  }
  .warning svg {
    color: var(--_warn-shape);
  }
  .trouble svg {
    color: var(--_bad);
  }
  .sign {
    stroke: var(--_surface);
  }
  @media (pointer: coarse) {
    button {
      min-width: 1.5rem;
    }
    .frame::before,
    .frame::after {
      inset-block: 0.25rem;
      width: 5px;
      inset-inline-start: -3px;
    }
    .frame::after {
      inset-inline: auto -3px;
    }
  }
  @media (forced-colors: active) {
    .strip {
      border: 1px solid;
    }
    .frame {
      border: 2px solid Highlight;
      box-shadow: none;
    }
    .frame::before,
    .frame::after,
    .fired {
      forced-color-adjust: none;
      background: Highlight;
    }
    .fired,
    .fired.trouble {
      background: CanvasText;
    }
    .unknown {
      forced-color-adjust: none;
      background: repeating-linear-gradient(135deg, GrayText 0 1.5px, Canvas 1.5px 5px);
    }
    .cause {
      color: CanvasText;
      background: Canvas;
    }
    .caption,
    .cause {
      text-shadow: none;
    }
    button:is(.note, .warning, .trouble) svg {
      color: currentcolor;
    }
    .sign {
      stroke: Canvas;
    }
  }
  @media print {
    .frame {
      print-color-adjust: exact;
    }
  }
`;
