import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { AlertView } from '../../../shared/protocol/messages.ts';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatCount, formatTime } from '../../locales/format.ts';
import { isFiring, isTrouble } from '../../state/alerts.ts';
import type { AlertNews } from '../../state/alert-news.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { alertColours } from '../alert-colours.styles.ts';
import { severityShape } from '../alert-shapes.ts';
import { nameOf } from '../alert-subject.ts';
import { toolStyles } from '../tool.styles.ts';
import { alertBellMessages } from './alert-bell-messages.ts';
import { styles } from './alert-bell.styles.ts';

const BELL = icon(
  svg`<path d="M8 2a4 4 0 0 0-4 4c0 3.6-1.5 4.8-1.5 5.5h11C13.5 10.8 12 9.6 12 6a4 4 0 0 0-4-4zM6.6 13.7a1.5 1.5 0 0 0 2.8 0" />`,
);

/** A button that shows how many alerts fire and how grave they are, names them, and announces each new one once. */
@element('alert-bell')
export class AlertBell extends OwnElement {
  static override styles = [tokens, alertColours, toolStyles, styles];
  static override shadowRootOptions = { ...OwnElement.shadowRootOptions, delegatesFocus: true };

  @property({ attribute: false }) state: DashboardState | null = null;
  @property({ attribute: false }) news: AlertNews | null = null;

  /** Read out by screen readers. */
  @state() private said = '';

  readonly #language = new LanguageController(this);
  #undo: readonly (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('state') || changed.has('news')) this.#follow();
  }

  protected override render(): TemplateResult {
    const messages = alertBellMessages(this.#language);
    const { alerts } = this.state ?? {};
    const loud = alerts?.loud ?? [];
    const quiet = (alerts?.active ?? []).filter((alert) => isFiring(alert)).length - loud.length;
    const [first] = loud;
    const count = formatCount(loud.length || quiet, this.#language.tag);
    const staleMs = alerts?.staleSinceMs.value ?? null;
    const parts = [
      loud.length > 0 ? messages.firing(count) : quiet > 0 ? null : messages.none,
      quiet > 0 ? messages.quiet(formatCount(quiet, this.#language.tag)) : null,
      ...loud.map((alert) => this.#nameOf(alert)),
      staleMs === null ? null : messages.stale(formatTime(staleMs, this.#language.tag)),
    ];
    const name = [
      ...(loud.length + quiet > 0 ? [messages.alerts] : []),
      ...parts.filter((part) => part !== null),
    ].join(messages.separator);
    const tone = first === undefined ? 'quiet' : isTrouble(first) ? 'trouble' : 'warning';
    return html`
      <button
        type="button"
        class="tool ${tone} ${staleMs === null ? '' : 'stale'}"
        title=${name}
        aria-keyshortcuts="a"
        aria-haspopup="dialog"
      >
        ${first === undefined ? BELL : html`<span class="shape">${severityShape(first)}</span>`}
        ${loud.length + quiet > 0 ? html`<span class="count" aria-hidden="true">${count.text}</span>` : nothing}
        <span class="label" aria-hidden="true">${messages.alerts}</span>
        <span class="said">${name}</span>
      </button>
      <span class="said" role="status">${this.said}</span>
    `;
  }

  #nameOf(alert: AlertView): string {
    return nameOf(alert, this.state?.hosts.catalogue ?? [], this.#language);
  }

  #follow(): void {
    this.#leave();
    if (this.state === null || !this.isConnected) return;
    const { alerts, hosts } = this.state;
    const update = (): void => this.requestUpdate();
    this.#undo = [
      alerts.onChange(update),
      alerts.staleSinceMs.onChange(update),
      hosts.onChange(update),
      this.news?.onNew((added) => {
        const { announcement, separator } = alertBellMessages(this.#language);
        this.said = announcement(added.map((alert) => this.#nameOf(alert)).join(separator));
      }) ?? update,
    ];
  }

  #leave(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'alert-bell': AlertBell;
  }
}
