import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { browserClock } from '../../browser-clock.ts';
import { element } from '../../elements/define.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import type { MetricsPanel } from '../../elements/metrics-panel/metrics-panel.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { VisibilityController } from '../../elements/visibility-controller.ts';
import { formatDuration, formatReading } from '../../format.ts';
import { translate } from '../../locales/agent-texts.ts';
import { connectionDetailsMessages } from './connection-details-messages.ts';
import { LinkMeter } from './link-meter.ts';

/** Asked anew so often, while somebody looks. */
const PERIOD_MS = 1000;
/** Told anew: as often as the badge above counts. */
const TICK_MS = 250;
/** Less is within what can be known of it. */
const LEAST_OFFSET_MS = 100;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** How a panel's samples come: transport, round trip, how the agent's clock differs, the age of the newest, and the agent's version. */
@element('connection-details')
export class ConnectionDetails extends OwnElement {
  static override styles = [
    tokens,
    css`
      dl {
        display: grid;
        grid-template-columns: auto auto;
        gap: 0.125rem var(--_space-3);
        margin: var(--_space-2) 0 0;
        font-variant-numeric: tabular-nums;
      }
      dt {
        color: var(--_text-muted);
      }
      dd {
        margin: 0;
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) panel: MetricsPanel | null = null;

  readonly #language = new LanguageController(this);
  readonly #visibility = new VisibilityController(this, () => {});
  readonly #meter = new LinkMeter(() => Date.now());
  #listening = new AbortController();
  #cancelTick: () => void = () => {};
  #askedMs = Number.NEGATIVE_INFINITY;
  #followed: MetricsPanel | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  protected override willUpdate(): void {
    if (this.#followed === this.panel) return;
    this.#leave();
    this.#follow();
  }

  protected override updated(): void {
    if (this.#visibility.isVisible) this.#ask();
  }

  protected override render(): TemplateResult {
    const { tag, messages: common } = this.#language;
    const messages = connectionDetailsMessages(this.#language);
    const { roundTripMs, ageMs } = this.#meter;
    const { status, welcome } = this.panel ?? {};
    const facts: readonly (readonly [string, string | null])[] = [
      [messages.transport, status?.state === 'connected' ? translate(status.transport, common) : null],
      [messages.roundTrip, roundTripMs === null ? null : formatReading(roundTripMs, 'ms', tag)],
      [messages.clock, this.#offset()],
      [messages.age, ageMs === null ? null : formatReading(ageMs / SECOND_MS, 's', tag)],
      [messages.agent, welcome?.server.version ?? null],
    ];
    return html`
      <dl>
        ${facts.map(
          ([name, fact]) => html`<dt>${name}</dt>
          <dd>${fact ?? messages.notKnown}</dd>`,
        )}
      </dl>
    `;
  }

  #offset(): string | null {
    const { offsetMs } = this.#meter;
    if (offsetMs === null) return null;
    const messages = connectionDetailsMessages(this.#language);
    const { tag } = this.#language;
    const distanceMs = Math.abs(offsetMs);
    if (distanceMs < LEAST_OFFSET_MS) return messages.asHere;
    const distance =
      distanceMs < MINUTE_MS
        ? formatReading(distanceMs / SECOND_MS, 's', tag)
        : formatDuration(distanceMs, tag);
    return offsetMs > 0 ? messages.ahead(distance) : messages.behind(distance);
  }

  #follow(): void {
    const { panel } = this;
    this.#followed = panel;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    panel?.addEventListener('sample', ({ detail }) => this.#meter.sampled(detail.timestampMs), { signal });
    panel?.addEventListener(
      'statuschange',
      ({ detail }) => {
        if (detail.state !== 'connected') this.#meter.reset();
        this.requestUpdate();
      },
      { signal },
    );
  }

  #leave(): void {
    this.#listening.abort();
    this.#cancelTick();
    this.#followed = null;
  }

  /** Goes on until nobody looks any more: an update asks again. */
  #ask(): void {
    this.#cancelTick();
    this.#cancelTick = browserClock.schedule(() => this.requestUpdate(), TICK_MS);
    const nowMs = browserClock.now();
    if (nowMs - this.#askedMs < PERIOD_MS) return;
    this.#askedMs = nowMs;
    this.panel?.ping((roundTripMs) => this.#meter.answered(roundTripMs));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'connection-details': ConnectionDetails;
  }
}
