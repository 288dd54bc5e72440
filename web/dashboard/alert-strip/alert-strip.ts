import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatCount, formatDuration, formatReading, formatTime } from '../../locales/format.ts';
import { isTrouble } from '../../state/alerts.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { alertBellMessages } from '../alert-bell/alert-bell-messages.ts';
import { alertColours } from '../alert-colours.styles.ts';
import { severityShape } from '../alert-shapes.ts';
import { nameOf } from '../alert-subject.ts';

/** As many as are read across a room. */
const MOST = 3;

/** What fires, in the large type of a wall. Hidden while nothing does. */
@element('alert-strip')
export class AlertStrip extends OwnElement {
  static override styles = [
    tokens,
    alertColours,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: var(--_space-2);
        margin-block-end: var(--_space-4);
      }
      :host(:not([firing])) {
        display: none;
      }
      div {
        display: flex;
        flex: 1 1 20rem;
        align-items: center;
        gap: var(--_space-3);
        min-width: 0;
        padding: var(--_space-2) var(--_space-4);
        font-size: 1.125rem;
        background: color-mix(in srgb, var(--_shape) 16%, var(--_surface));
        border: 1px solid color-mix(in srgb, var(--_shape) 60%, var(--_surface));
        border-radius: var(--_radius);
      }
      .more {
        --_shape: var(--_text-muted);
        flex-grow: 0;
        flex-basis: auto;
      }
      svg {
        flex: none;
        width: 1.75rem;
        height: 1.75rem;
        color: var(--_shape);
        stroke-width: 1.8;
      }
      strong,
      span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      /* What fires matters more than one line. */
      strong {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow-wrap: anywhere;
      }
      span {
        flex: none;
        white-space: nowrap;
        margin-inline-start: auto;
        font-variant-numeric: tabular-nums;
      }
      .stale {
        border-style: dashed;
      }
    `,
  ];

  @property({ attribute: false }) state: DashboardState | null = null;

  readonly #language = new LanguageController(this);
  #undo: readonly (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.state === null) return;
    const { alerts, hosts } = this.state;
    const update = (): void => this.requestUpdate();
    this.#undo = [
      alerts.onChange(update),
      alerts.staleSinceMs.onChange(update),
      hosts.onChange(update),
      hosts.sample.onChange(update),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo) undo();
  }

  protected override willUpdate(): void {
    this.toggleAttribute('firing', (this.state?.alerts.loud.length ?? 0) > 0);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.state === null) return nothing;
    const { alerts, hosts, time } = this.state;
    const { loud } = alerts;
    const { tag } = this.#language;
    const messages = alertBellMessages(this.#language);
    const staleMs = alerts.staleSinceMs.value;
    return html`
      ${loud.slice(0, MOST).map(
        (
          alert,
        ) => html`<div class="${isTrouble(alert) ? 'trouble' : 'warning'} ${staleMs === null ? '' : 'stale'}">
          ${severityShape(alert)}
          <strong>${nameOf(alert, hosts.catalogue, this.#language)}</strong>
          <span
            >${[
              alert.value === null ? '' : formatReading(alert.value, alert.unit, tag),
              staleMs === null
                ? formatDuration(time.nowMs - (alert.firedMs ?? alert.sinceMs), tag)
                : messages.stale(formatTime(staleMs, tag)),
            ]
              .filter((part) => part !== '')
              .join(' · ')}</span
          >
        </div>`,
      )}
      ${loud.length > MOST ? html`<div class="more"><strong>${messages.more(formatCount(loud.length - MOST, tag).text)}</strong></div>` : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'alert-strip': AlertStrip;
  }
}
