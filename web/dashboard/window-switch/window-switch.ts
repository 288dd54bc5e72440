import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { segmentStyles } from '../../elements/segments.styles.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { TIME_SPANS, type TimeSpan } from '../../state/view.ts';
import { dashboardMessages } from '../dashboard-messages.ts';

/**
 * Radio buttons that choose how much time the charts show.
 * @fires {CustomEvent<TimeSpan>} windowchange - The reader chose another span
 */
@element('window-switch')
export class WindowSwitch extends OwnElement {
  static override styles = [tokens, segmentStyles];

  @property() span: TimeSpan = 'points';

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult {
    const messages = dashboardMessages(this.#language);
    return html`
      <fieldset role="radiogroup" aria-label=${messages.timeShown}>
        ${TIME_SPANS.map((span) => {
          const { short, long } = messages.spans[span];
          return html`
            <label title=${long}>
              <input
                type="radio"
                name="window"
                aria-label=${long}
                .checked=${span === this.span}
                @change=${() => this.#choose(span)}
              />
              <span aria-hidden="true">${short}</span>
            </label>
          `;
        })}
      </fieldset>
    `;
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
