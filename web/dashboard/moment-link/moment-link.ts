import { css, html, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { browserClock } from '../../browser/browser-clock.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { writeView } from '../../state/view.ts';
import { timeMessages } from '../time-chip/time-messages.ts';

const COPIED_MS = 2000;

/** A button that copies a link to the selected time. */
@element('moment-link')
export class MomentLink extends OwnElement {
  static override styles = [
    tokens,
    css`
      :host {
        flex: none;
        margin-inline-start: auto;
      }
      button {
        padding: var(--_space-1) var(--_space-3);
        font: inherit;
        font-size: var(--_size-small);
        color: inherit;
        background: none;
        border: 1px solid var(--_border);
        border-radius: 999px;
        cursor: pointer;
      }
      @media (pointer: coarse) {
        button {
          min-height: 2.75rem;
        }
      }
      .announcement {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      @media print {
        button {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) state: DashboardState | null = null;
  /** Unix ms. */
  @property({ attribute: false }) momentMs = 0;

  @state() private outcome: 'copied' | 'inAddressBar' | null = null;

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult {
    const messages = timeMessages(this.#language);
    const said = this.outcome === null ? '' : messages[this.outcome];
    return html`
      <button type="button" @click=${this.#copy}>${said || messages.copyLink}</button>
      <span class="announcement" role="status">${said}</span>
    `;
  }

  readonly #copy = async (): Promise<void> => {
    if (this.state === null) return;
    const { view, time } = this.state;
    const part = time.linkTo(this.momentMs);
    // Another reader has a theme of their own.
    const link = new URL(
      writeView({ ...view.value, ...part, theme: null, isWall: false }) || '?',
      location.href,
    );
    link.hash = '';
    try {
      await navigator.clipboard.writeText(link.href);
      this.outcome = 'copied';
    } catch {
      // No TLS, or the reader said no: go there, and the address is the link.
      view.step(part);
      this.outcome = 'inAddressBar';
    }
    browserClock.schedule(() => {
      this.outcome = null;
    }, COPIED_MS);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'moment-link': MomentLink;
  }
}
