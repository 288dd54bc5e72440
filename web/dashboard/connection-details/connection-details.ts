import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { browserClock } from '../../browser/browser-clock.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { VisibilityController } from '../../elements/visibility-controller.ts';
import { formatDuration, formatReading } from '../../locales/format.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { connectionDetailsMessages } from './connection-details-messages.ts';
import { LinkMeter } from './link-meter.ts';

/** Time between pings while the details are visible. */
const PING_MS = 1000;
/** Time between updates, as in the badge above. */
const TICK_MS = 250;
/** Smaller clock differences are within the error of the estimate. */
const MIN_OFFSET_MS = 100;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** Transport, round trip, difference of the clocks, age of the newest sample, and the agent's version. */
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

  @property({ attribute: false }) state: Pick<DashboardState, 'connection' | 'hosts'> | null = null;

  readonly #language = new LanguageController(this);
  readonly #visibility = new VisibilityController(this, () => {});
  readonly #meter = new LinkMeter(() => Date.now());
  #undo: (() => void)[] = [];
  #cancelTick: () => void = () => {};
  #pingedMs = Number.NEGATIVE_INFINITY;
  #followed: ConnectionDetails['state'] = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  protected override willUpdate(): void {
    if (this.#followed === this.state) return;
    this.#leave();
    this.#follow();
  }

  protected override updated(): void {
    if (this.#visibility.isVisible) this.#measure();
  }

  protected override render(): TemplateResult {
    const { tag, messages: common } = this.#language;
    const messages = connectionDetailsMessages(this.#language);
    const { roundTripMs, ageMs } = this.#meter;
    const status = this.state?.connection.status.value;
    const details: readonly (readonly [string, string | null])[] = [
      [messages.transport, status?.state === 'connected' ? translate(status.transport, common) : null],
      [messages.roundTrip, roundTripMs === null ? null : formatReading(roundTripMs, 'ms', tag)],
      [messages.clock, this.#offset()],
      [messages.age, ageMs === null ? null : formatReading(ageMs / SECOND_MS, 's', tag)],
      [messages.agent, this.state?.connection.welcome.value?.server.version ?? null],
    ];
    return html`
      <dl>
        ${details.map(
          ([name, value]) => html`<dt>${name}</dt>
          <dd>${value ?? common.chart.notKnown}</dd>`,
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
    if (distanceMs < MIN_OFFSET_MS) return messages.asHere;
    const distance =
      distanceMs < MINUTE_MS
        ? formatReading(distanceMs / SECOND_MS, 's', tag)
        : formatDuration(distanceMs, tag);
    return offsetMs > 0 ? messages.ahead(distance) : messages.behind(distance);
  }

  #follow(): void {
    this.#followed = this.state;
    if (this.state === null) return;
    const { connection, hosts } = this.state;
    this.#undo = [
      hosts.sample.onChange((sample) => {
        if (sample !== null) this.#meter.sampled(sample.timestampMs);
      }),
      connection.status.onChange(({ state }) => {
        if (state !== 'connected') this.#meter.reset();
        this.requestUpdate();
      }),
    ];
  }

  #leave(): void {
    for (const undo of this.#undo) undo();
    this.#cancelTick();
    this.#followed = null;
  }

  /** Each update schedules the next one, and pings when it is time. */
  #measure(): void {
    this.#cancelTick();
    this.#cancelTick = browserClock.schedule(() => this.requestUpdate(), TICK_MS);
    const nowMs = browserClock.now();
    if (nowMs - this.#pingedMs < PING_MS) return;
    this.#pingedMs = nowMs;
    this.state?.connection.ping((roundTripMs) => this.#meter.answered(roundTripMs));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'connection-details': ConnectionDetails;
  }
}
