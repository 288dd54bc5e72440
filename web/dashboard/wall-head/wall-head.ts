import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import '../../elements/connection-badge/connection-badge.ts';
import type { Standing } from '../../elements/connection-badge/standing.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatTime } from '../../locales/format.ts';

/** In the corner of a wall: what time it is, which host this is, and whether its samples arrive. */
@element('wall-head')
export class WallHead extends OwnElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: grid;
        justify-items: end;
        align-content: start;
        gap: var(--_space-1);
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      time {
        font-size: 1.5625rem;
        font-weight: 600;
        line-height: 1.22;
        letter-spacing: -0.02em;
      }
      p {
        display: flex;
        align-items: center;
        gap: var(--_space-2);
        max-width: 18rem;
        margin: 0;
        font-size: 0.875rem;
        color: var(--_text-second);
      }
      span {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        unicode-bidi: plaintext;
      }
    `,
  ];

  /** Unix ms, by the reader's clock. */
  @property({ attribute: false }) nowMs = 0;
  @property() host: string | null = null;
  @property({ attribute: false }) status: Standing | null = null;

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult {
    const { status } = this;
    return html`
      <time>${formatTime(this.nowMs, this.#language.tag)}</time>
      <p>
        <span>${this.host ?? ''}</span>
        ${status === null ? nothing : html`<connection-badge .status=${status}></connection-badge>`}
      </p>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wall-head': WallHead;
  }
}
