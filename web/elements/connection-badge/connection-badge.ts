import { html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import { browserClock } from '../../browser-clock.ts';
import { element } from '../define.ts';
import { tokens } from '../tokens.styles.ts';
import { BADGE_FACES } from './badge-faces.ts';
import { styles } from './connection-badge.styles.ts';

const DISCONNECTED: ConnectionStatus = { state: 'disconnected' };

/**
 * Says how the page stands with its agent: text, colour and icon, the countdown to the next attempt, and the reason on
 * hover, focus or tap. A change of state is announced politely; the countdown is not.
 */
@element('connection-badge')
export class ConnectionBadge extends LitElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) status: ConnectionStatus = DISCONNECTED;
  /** Only the icon is seen; the words are in its detail and for screen readers. */
  @property({ type: Boolean, reflect: true }) dot = false;

  @state() private isOpen = false;
  @state() private nowMs = browserClock.now();

  #cancelTick: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('pointerenter', this.#open);
    this.addEventListener('pointerleave', this.#shut);
    this.addEventListener('focusin', this.#open);
    this.addEventListener('focusout', this.#shut);
    document.addEventListener('keydown', this.#shutOnEscape);
    this.#tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('pointerenter', this.#open);
    this.removeEventListener('pointerleave', this.#shut);
    this.removeEventListener('focusin', this.#open);
    this.removeEventListener('focusout', this.#shut);
    document.removeEventListener('keydown', this.#shutOnEscape);
    this.#cancelTick();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('status')) this.#tick();
  }

  protected override render(): TemplateResult {
    const { state: name } = this.status;
    const { text, icon } = BADGE_FACES[name];
    return html`
      <button type="button" class=${name} aria-describedby="detail" @click=${this.#open}>
        ${svg`<svg viewBox="0 0 16 16" aria-hidden="true">${icon}</svg>`}
        <span class="word">${text}</span>
        ${this.#countdown()}
      </button>
      <div id="detail" class="detail" role="tooltip" ?hidden=${!this.isOpen}>${this.#detail()}</div>
      <span class="announcement" role="status"
        >${text}${'reason' in this.status ? `: ${this.status.reason}` : ''}</span
      >
    `;
  }

  #countdown(): TemplateResult | typeof nothing {
    const seconds = this.#secondsToRetry();
    // Not for screen readers: a number that changes each second would be read each second.
    return seconds === null
      ? nothing
      : html`<span class="countdown" aria-hidden="true">in ${seconds} s</span>`;
  }

  #detail(): string {
    switch (this.status.state) {
      case 'connecting':
        return 'Opening a connection to the agent.';
      case 'connected':
        return `Live over ${this.status.transport}.`;
      case 'reconnecting':
        return `${this.status.reason}. Trying again by itself.`;
      case 'disconnected':
        return 'Not connected to an agent.';
      case 'error':
        return `${this.status.reason}. Not trying again.`;
    }
  }

  #secondsToRetry(): number | null {
    if (this.status.state !== 'reconnecting' || this.status.retryAtMs === null) return null;
    return Math.max(0, Math.ceil((this.status.retryAtMs - this.nowMs) / 1000));
  }

  /** Runs only while there is a countdown to show. */
  readonly #tick = (): void => {
    this.#cancelTick();
    this.nowMs = browserClock.now();
    if (this.#secondsToRetry() !== null && this.isConnected)
      this.#cancelTick = browserClock.schedule(this.#tick, 250);
  };

  readonly #open = (): void => {
    this.isOpen = true;
  };

  readonly #shut = (): void => {
    this.isOpen = false;
  };

  readonly #shutOnEscape = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') this.#shut();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'connection-badge': ConnectionBadge;
  }
}
