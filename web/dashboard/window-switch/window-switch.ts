import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define.ts';
import { segmentStyles } from '../../elements/segments.styles.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { TIME_SPANS, type TimeSpan } from '../time-span.ts';

const TEXTS = {
  legend: 'Time shown',
  spans: {
    points: { short: '20', long: '20 points' },
    '1m': { short: '1 min', long: '1 minute' },
    '5m': { short: '5 min', long: '5 minutes' },
    '15m': { short: '15 min', long: '15 minutes' },
  },
} as const satisfies {
  legend: string;
  spans: Record<TimeSpan, { short: string; long: string }>;
};

/**
 * Radio buttons: how much time the charts span.
 *
 * @fires {CustomEvent<TimeSpan>} windowchange - The reader chose
 */
@element('window-switch')
export class WindowSwitch extends LitElement {
  static override styles = [tokens, segmentStyles];

  @property() span: TimeSpan = 'points';

  protected override render(): TemplateResult {
    return html`
      <fieldset role="radiogroup" aria-label=${TEXTS.legend}>
        ${TIME_SPANS.map((span) => {
          const { short, long } = TEXTS.spans[span];
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
