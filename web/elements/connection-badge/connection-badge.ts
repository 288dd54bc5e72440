import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import { browserClock } from '../../browser-clock.ts';
import { formatReading } from '../../format.ts';
import { translate } from '../../locales/agent-texts.ts';
import { element } from '../define.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { tokens } from '../tokens.styles.ts';
import { BADGE_ICONS } from './badge-icons.ts';
import { styles } from './connection-badge.styles.ts';

const DISCONNECTED: ConnectionStatus = { state: 'disconnected' };

/**
 * Says how the page stands with its agent: text, colour and icon, the countdown to the next attempt, and the reason on
 * hover, focus or tap. A change of state is announced politely; the countdown is not.
 *
 * @slot - More of the detail
 */
@element('connection-badge')
export class ConnectionBadge extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) status: ConnectionStatus = DISCONNECTED;
  /** Only the icon is seen; the words are in its detail and for screen readers. */
  @property({ type: Boolean, reflect: true }) dot = false;

  @state() private isOpen = false;
  @state() private nowMs = browserClock.now();

  readonly #language = new LanguageController(this);
  #cancelTick: () => void = () => {};
  #unlisten: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('pointerenter', this.#open);
    this.addEventListener('pointerleave', this.#shut);
    this.addEventListener('focusin', this.#open);
    this.addEventListener('focusout', this.#shut);
    const { ownerDocument } = this;
    ownerDocument.addEventListener('keydown', this.#shutOnEscape);
    this.#unlisten = () => ownerDocument.removeEventListener('keydown', this.#shutOnEscape);
    this.#tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('pointerenter', this.#open);
    this.removeEventListener('pointerleave', this.#shut);
    this.removeEventListener('focusin', this.#open);
    this.removeEventListener('focusout', this.#shut);
    this.#unlisten();
    this.#cancelTick();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('status')) this.#tick();
  }

  protected override render(): TemplateResult {
    const { state: name } = this.status;
    const { badge } = this.#language.words;
    const text = badge[name];
    const reason = this.#reason();
    return html`
      <button type="button" class=${name} aria-describedby="detail" @click=${this.#open}>
        ${svg`<svg viewBox="0 0 16 16" aria-hidden="true">${BADGE_ICONS[name]}</svg>`}
        <span class="word">${text}</span>
        ${this.#countdown()}
      </button>
      <div id="detail" class="detail" role="tooltip" ?hidden=${!this.isOpen}>${this.#detail()}<slot></slot></div>
      <span class="announcement" role="status"
        >${reason === null ? text : badge.announcement(text, reason)}</span
      >
    `;
  }

  #countdown(): TemplateResult | typeof nothing {
    const seconds = this.#secondsToRetry();
    const { tag, words } = this.#language;
    // Not for screen readers: a number that changes each second would be read each second.
    return seconds === null
      ? nothing
      : html`<span class="countdown" aria-hidden="true">${words.badge.retryIn(formatReading(seconds, 'count', tag))}</span>`;
  }

  #detail(): string {
    const { words } = this.#language;
    switch (this.status.state) {
      case 'connecting':
        return words.badge.opening;
      case 'connected':
        return words.badge.live(translate(this.status.transport, words));
      case 'reconnecting':
        return words.badge.retrying(translate(this.status.reason, words));
      case 'disconnected':
        return words.badge.stopped;
      case 'error':
        return words.badge.failed(translate(this.status.reason, words));
    }
  }

  #reason(): string | null {
    return 'reason' in this.status ? translate(this.status.reason, this.#language.words) : null;
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
