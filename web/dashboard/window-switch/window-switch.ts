import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { segmentStyles } from '../../elements/segments.styles.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { KeptHistory } from '../../state/hosts.ts';
import { HISTORY_SPANS, lengthOf, LIVE_SPANS, type TimeSpan } from '../../state/time-span.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import { styles } from './window-switch.styles.ts';

/**
 * Chooses how much time the charts show: radio buttons, or where those would be too many for the screen, a list.
 * @fires {CustomEvent<TimeSpan>} windowchange - The reader chose another span
 */
@element('window-switch')
export class WindowSwitch extends OwnElement {
  static override styles = [tokens, segmentStyles, styles];

  /** `null`: a range of the past is shown instead. */
  @property({ attribute: false }) span: TimeSpan | null = 'points';
  /** `null`: only the short spans can be shown. */
  @property({ attribute: false }) history: KeptHistory | null = null;
  /** More was asked for than this agent keeps. */
  @property({ type: Boolean }) short = false;

  /** Another agent samples the host. */
  @property({ attribute: false }) isOfOtherAgent = false;

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult {
    const { timeShown, noHistory, noHistoryHere } = dashboardMessages(this.#language);
    const { history } = this;
    return html`
      <fieldset role="radiogroup" aria-label=${timeShown} class=${history === null ? '' : 'many'}>
        ${LIVE_SPANS.map(this.#radio)}
        ${history === null ? nothing : html`<i></i>${HISTORY_SPANS.map(this.#radio)}`}
      </fieldset>
      ${history === null ? nothing : this.#list(timeShown)}
      ${this.short ? html`<span class="note" role="status">${this.isOfOtherAgent ? noHistoryHere : noHistory}</span>` : nothing}
    `;
  }

  readonly #radio = (span: TimeSpan): TemplateResult => {
    const name = this.#nameOf(span);
    return html`
      <label title=${name}>
        <input
          type="radio"
          name="window"
          aria-label=${name}
          .checked=${span === this.span}
          @change=${() => this.#choose(span)}
        />
        <span aria-hidden="true">${dashboardMessages(this.#language).spans[span].short}</span>
      </label>
    `;
  };

  #list(name: string): TemplateResult {
    const messages = dashboardMessages(this.#language);
    const option = (span: TimeSpan): TemplateResult =>
      // The list has no room for more of the chosen one.
      html`<option value=${span} .selected=${span === this.span}>
        ${span === this.span ? messages.spans[span].long : this.#nameOf(span)}
      </option>`;
    const changed = ({ target }: Event): void => {
      const span = [...LIVE_SPANS, ...HISTORY_SPANS].find(
        (one) => target instanceof HTMLSelectElement && one === target.value,
      );
      if (span !== undefined) this.#choose(span);
    };
    return html`
      <select
        aria-label=${name}
        title=${this.span === null ? name : this.#nameOf(this.span)}
        @change=${changed}
      >
        ${this.span === null ? html`<option value="" .selected=${true} disabled>${messages.past}</option>` : nothing}
        <optgroup label=${messages.liveSpans}>${LIVE_SPANS.map(option)}</optgroup>
        <optgroup label=${messages.historySpans}>${HISTORY_SPANS.map(option)}</optgroup>
      </select>
    `;
  }

  /** `30 days`, or `30 days (kept since 28 Nov, 14:03)`. */
  #nameOf(span: TimeSpan): string {
    const { spans, keptSince } = dashboardMessages(this.#language);
    const { long } = spans[span];
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
