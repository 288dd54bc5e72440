import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { browserClock } from '../../browser/browser-clock.ts';
import { formatReading } from '../../locales/format.ts';
import { enterLayer } from '../../browser/layers.ts';
import { translate } from '../../locales/agent-texts.ts';
import { element } from '../define-element.ts';
import { icon } from '../icon.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { tokens } from '../tokens.styles.ts';
import { BADGE_ICONS, SMALL_DOT } from './badge-icons.ts';
import { styles } from './connection-badge.styles.ts';
import type { Standing } from './standing.ts';

/**
 * The state of the connection to the agent: text, colour and icon, the time to the next attempt or since the last sample, and the
 * reason on hover, focus or tap. Screen readers announce a change of state, but not the time.
 *
 * @slot - Added to the detail
 */
@element('connection-badge')
export class ConnectionBadge extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) status: Standing = { state: 'disconnected' };
  /** Shows only the icon; the text is in the detail and for screen readers. */
  @property({ type: Boolean, reflect: true }) dot = false;
  /** As high as a line of text, with a dot for all well. */
  @property({ type: Boolean, reflect: true }) small = false;

  @state() private isOpen = false;
  @state() private nowMs = browserClock.now();

  readonly #language = new LanguageController(this);
  #cancelTick: () => void = () => {};
  #leaveLayer: () => void = () => {};

  constructor() {
    super();
    for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, this.#open);
    for (const type of ['pointerleave', 'focusout']) this.addEventListener(type, this.#shut);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#shut();
    this.#cancelTick();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('status')) this.#tick();
  }

  protected override render(): TemplateResult {
    const { state: name } = this.status;
    const { badge } = this.#language.messages;
    const text = badge[name];
    const reason = this.#reason();
    return html`
      <button type="button" class=${name} aria-describedby="detail" @click=${this.#open}>
        ${icon(this.small && name === 'connected' ? SMALL_DOT : BADGE_ICONS[name])}
        <span class="word">${text}</span>
        ${this.#time()}
      </button>
      <div id="detail" class="detail" role="tooltip" ?hidden=${!this.isOpen}>${this.#detail()}<slot></slot></div>
      <span class="announcement" role="status"
        >${reason === null ? text : badge.announcement(text, reason)}</span
      >
    `;
  }

  #time(): TemplateResult | typeof nothing {
    const seconds = this.#seconds();
    const { tag, messages } = this.#language;
    if (seconds === null) return nothing;
    const text =
      this.status.state === 'silent'
        ? messages.badge.silentFor(formatReading(seconds, 's', tag))
        : messages.badge.retryIn(formatReading(seconds, 'count', tag));
    // Screen readers would read it out every second.
    return html`<span class="countdown" aria-hidden="true">${text}</span>`;
  }

  #detail(): string {
    const { messages } = this.#language;
    switch (this.status.state) {
      case 'connecting':
        return messages.badge.opening;
      case 'connected':
        return messages.badge.live(translate(this.status.transport, messages));
      case 'silent':
        return messages.badge.overdue(translate(this.status.transport, messages));
      case 'catchingUp':
        return messages.badge.filling;
      case 'hostDown':
      case 'hostUnknown':
        return messages.badge.elsewhere;
      case 'reconnecting':
        return messages.badge.retrying(translate(this.status.reason, messages));
      case 'disconnected':
        return messages.badge.stopped;
      case 'error':
        return messages.badge.failed(translate(this.status.reason, messages));
    }
  }

  #reason(): string | null {
    return 'reason' in this.status ? translate(this.status.reason, this.#language.messages) : null;
  }

  /** Seconds to the next attempt or since the last sample. */
  #seconds(): number | null {
    const { status, nowMs } = this;
    if (status.state === 'silent') return Math.max(0, Math.floor((nowMs - status.sinceMs) / 1000));
    if (status.state !== 'reconnecting' || status.retryAtMs === null) return null;
    return Math.max(0, Math.ceil((status.retryAtMs - nowMs) / 1000));
  }

  /** Runs only while there is a time to show. */
  readonly #tick = (): void => {
    this.#cancelTick();
    this.nowMs = browserClock.now();
    if (this.#seconds() !== null && this.isConnected)
      this.#cancelTick = browserClock.schedule(this.#tick, 250);
  };

  readonly #open = (): void => {
    if (this.isOpen) return;
    this.isOpen = true;
    this.#leaveLayer = enterLayer(this, this.#shut);
  };

  readonly #shut = (): void => {
    this.isOpen = false;
    this.#leaveLayer();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'connection-badge': ConnectionBadge;
  }
}
