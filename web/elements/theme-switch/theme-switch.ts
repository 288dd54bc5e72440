import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Theme } from './theme.ts';
import { element } from '../define-element.ts';
import { icon } from '../icon.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { segmentStyles } from '../segments.styles.ts';
import { tokens } from '../tokens.styles.ts';
import { themeSwitchMessages } from './theme-switch-messages.ts';

const CHOICES: readonly { theme: Theme; shape: SVGTemplateResult }[] = [
  {
    theme: 'auto',
    shape: svg`<circle cx="8" cy="8" r="5.5" /><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentcolor" />`,
  },
  {
    theme: 'light',
    shape: svg`<circle cx="8" cy="8" r="2.75" /><path d="M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9" />`,
  },
  {
    theme: 'dark',
    shape: svg`<path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z" />`,
  },
];

/**
 * Three radio buttons: the system's theme, light, dark.
 *
 * @fires {CustomEvent<Theme>} themechange - The reader chose
 */
@element('theme-switch')
export class ThemeSwitch extends OwnElement {
  static override styles = [tokens, segmentStyles];

  @property() theme: Theme = 'auto';

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult {
    const messages = themeSwitchMessages(this.#language);
    return html`
      <fieldset role="radiogroup" aria-label=${messages.title}>
        ${CHOICES.map(
          ({ theme, shape }) => html`
            <label title=${messages[theme]}>
              <input
                type="radio"
                name="theme"
                aria-label=${messages[theme]}
                .checked=${theme === this.theme}
                @change=${() => this.#choose(theme)}
              />
              ${icon(shape)}
            </label>
          `,
        )}
      </fieldset>
    `;
  }

  #choose(theme: Theme): void {
    this.theme = theme;
    this.dispatchEvent(new CustomEvent('themechange', { detail: theme }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'theme-switch': ThemeSwitch;
  }
  interface HTMLElementEventMap {
    themechange: CustomEvent<Theme>;
  }
}
