import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { PartController } from '../../elements/part-controller.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { KeptHistory } from '../../state/hosts.ts';
import { HISTORY_SPANS, lengthOf, LIVE_SPANS, type TimeSpan } from '../../state/time-span.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import { spanText } from '../span-text.ts';
import { toolStyles } from '../tool.styles.ts';
import { styles } from './window-switch.styles.ts';
import { deferredParts } from '../lazy-parts.ts';
import { whenLoaded } from '../../browser/when-loaded.ts';

const MORE = icon(svg`<path d="m4 6 4 4 4-4" />`);

/**
 * Chooses how much time the charts show: radio buttons side by side, or where those would be too many for the screen, a button that opens them.
 * @fires {CustomEvent<TimeSpan>} windowchange - The reader chose another span
 */
@element('window-switch')
export class WindowSwitch extends OwnElement {
  static override styles = [tokens, toolStyles, styles];

  /** `null`: a range of the past is shown instead. */
  @property({ attribute: false }) span: TimeSpan | null = 'points';
  /** `null`: only the short spans can be shown. */
  @property({ attribute: false }) history: KeptHistory | null = null;
  /** More was asked for than this agent keeps. */
  @property({ type: Boolean }) short = false;

  /** Another agent samples the host. */
  @property({ attribute: false }) isOfOtherAgent = false;

  /** Milliseconds between samples. */
  @property({ attribute: false }) intervalMs = 1000;

  @state() private isOpen = false;

  readonly #language = new LanguageController(this);
  readonly #sheets = new PartController(this, deferredParts, ({ sheetStyles }) => sheetStyles);

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sheets.want();
  }

  protected override updated(changed: PropertyValues): void {
    const dialog = this.renderRoot.querySelector('dialog');
    // Once closed it stays for a moment, until the event has come.
    if (dialog === null || !changed.has('isOpen')) return;
    whenLoaded(deferredParts, ({ showSheet }) => {
      showSheet(dialog);
      dialog.querySelector<HTMLElement>(':checked')?.focus();
    });
  }

  protected override render(): TemplateResult {
    const { timeShown, noHistory, noHistoryHere, past } = dashboardMessages(this.#language);
    const { history, span } = this;
    return html`
      <fieldset role="radiogroup" aria-label=${timeShown} class=${history === null ? '' : 'many'}>
        ${this.#radios('bar')}
      </fieldset>
      <button
        type="button"
        class="tool open"
        title=${timeShown}
        aria-haspopup="dialog"
        aria-expanded=${this.isOpen}
        @click=${() => (this.isOpen = true)}
      >
        <span>${span === null ? past : this.#shortNameOf(span)}</span>${MORE}
      </button>
      ${this.isOpen ? this.#sheet(timeShown) : nothing}
      ${this.short ? html`<span class="note" role="status">${this.isOfOtherAgent ? noHistoryHere : noHistory}</span>` : nothing}
    `;
  }

  /** A click chooses and leaves; the arrow keys go from choice to choice. */
  #sheet(title: string): TemplateResult {
    const clicked = (event: MouseEvent): void => {
      const [target] = event.composedPath();
      if (event.detail > 0 && target instanceof HTMLInputElement) target.closest('dialog')?.close();
    };
    const pressed = ({ key, currentTarget }: KeyboardEvent): void => {
      if (key === 'Enter' && currentTarget instanceof Element) currentTarget.closest('dialog')?.close();
    };
    return html`<dialog class="sheet" aria-label=${title} @close=${() => (this.isOpen = false)}>
      <div>
        <h2>${title}</h2>
        <fieldset role="radiogroup" aria-label=${title} class="choices" @click=${clicked} @keydown=${pressed}>
          ${this.#radios('sheet')}
        </fieldset>
        ${this.#keptView()}
      </div>
    </dialog>`;
  }

  #radios(group: string): TemplateResult[] {
    const radio = (span: TimeSpan, kind: string): TemplateResult => {
      const name = this.#nameOf(span);
      return html`
        <label title=${name} class=${kind}>
          <input
            type="radio"
            name=${group}
            aria-label=${name}
            .checked=${span === this.span}
            @change=${() => this.#choose(span)}
          />
          <span aria-hidden="true">${this.#shortNameOf(span)}</span>
        </label>
      `;
    };
    return [
      ...LIVE_SPANS.map((span) => radio(span, 'live')),
      ...(this.history === null ? [] : HISTORY_SPANS.map((span) => radio(span, 'history'))),
    ];
  }

  /** Touch has no tooltips. */
  #keptView(): TemplateResult | typeof nothing {
    const { keptSinceOnly } = dashboardMessages(this.#language);
    return HISTORY_SPANS.some((span) => this.#isPartly(span))
      ? html`<p class="kept">${keptSinceOnly(this.#oldest)}</p>`
      : nothing;
  }

  #shortNameOf(span: TimeSpan): string {
    const text = spanText(span, this.intervalMs, this.#language);
    return span === 'points' ? dashboardMessages(this.#language).live(text) : text;
  }

  /** `30 days`, or `30 days (kept since 28 Nov, 14:03)`. */
  #nameOf(span: TimeSpan): string {
    const { longSpans, keptSince } = dashboardMessages(this.#language);
    const long = span === 'points' ? this.#shortNameOf(span) : longSpans[span];
    return this.#isPartly(span) ? keptSince(long, this.#oldest) : long;
  }

  /** The history does not reach that far back yet. */
  #isPartly(span: TimeSpan): boolean {
    const oldestMs = this.history?.oldestMs ?? null;
    return (
      oldestMs !== null && Date.now() - lengthOf(span) < oldestMs && HISTORY_SPANS.some((one) => one === span)
    );
  }

  get #oldest(): string {
    return new Intl.DateTimeFormat(this.#language.tag, {
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(this.history?.oldestMs ?? 0);
  }

  #choose(span: TimeSpan): void {
    this.span = span;
    this.dispatchEvent(new CustomEvent('windowchange', { detail: span }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'window-switch': WindowSwitch;
  }
  interface HTMLElementEventMap {
    windowchange: CustomEvent<TimeSpan>;
  }
}
