import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { keyedList } from '../../elements/keyed-list.ts';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { Welcome } from '../../../shared/client/welcome.ts';
import { element } from '../../elements/define.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import '../../elements/metrics-panel/metrics-panel.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatReading } from '../../format.ts';
import { enterLayer } from '../../layers.ts';
import { labelOf } from '../../locales/agent-texts.ts';
import { embedDialogMessages } from './embed-dialog-messages.ts';
import { styles } from './embed-dialog.styles.ts';
import './embed-token.ts';
import { attributesOf, DEFAULT_CHOICE, isLoopbackAddress, snippetOf, type PanelChoice } from './snippet.ts';

const MIN_POINTS = 2;
const MAX_POINTS = 900;
const COPIED_MS = 2000;

/** Configures a panel with a live preview, and gives the HTML that shows it in another page. */
@element('embed-dialog')
export class EmbedDialog extends OwnElement {
  static override styles = [tokens, styles];

  /** `null` before the agent's introduction. */
  @property({ attribute: false }) welcome: Welcome | null = null;
  /** The reader's own, for the preview. */
  @property({ attribute: false }) token?: string;

  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @state() private choice: PanelChoice = DEFAULT_CHOICE;
  @state() private filter = '';
  @state() private isOpen = false;
  @state() private isCopied = false;
  /** Issued for the other page and the chosen metrics. */
  @state() private pageToken: string | undefined;

  readonly #language = new LanguageController(this);
  #leaveLayer: () => void = () => {};

  /** Opens the dialog over the page. */
  async show(): Promise<void> {
    this.isOpen = true;
    await this.updateComplete;
    this.dialog.showModal();
    this.#leaveLayer = enterLayer(this.dialog, this.#close);
  }

  protected override render(): TemplateResult {
    return html`
      <dialog aria-labelledby="title" @close=${this.#closed} @click=${this.#clicked}>
        ${this.isOpen ? this.#body() : nothing}
      </dialog>
    `;
  }

  get #messages(): ReturnType<typeof embedDialogMessages> {
    return embedDialogMessages(this.#language);
  }

  #body(): TemplateResult {
    const { choice } = this;
    return html`
      <div class="top">
        <h2 id="title">${this.#messages.title}</h2>
        <button type="button" class="close" aria-label=${this.#messages.close} @click=${this.#close}>×</button>
      </div>
      <div class="columns">
        <form @submit=${(event: Event) => event.preventDefault()}>
          ${this.#metricsView()}
          <div class="fields">
            ${selectView(this.#messages.layout, this.#messages.layouts, choice.layout, (layout) => this.#choose({ layout }))}
            ${selectView(this.#messages.theme, this.#messages.themes, choice.theme, (theme) => this.#choose({ theme }))}
            <label
              >${this.#messages.points}
              <input
                type="number"
                min=${MIN_POINTS}
                max=${MAX_POINTS}
                .value=${String(choice.points)}
                @change=${this.#pointsChanged}
              />
            </label>
          </div>
        </form>
        <div class="result">
          <section aria-label=${this.#messages.preview} class="preview ${choice.theme}">${this.#preview()}</section>
          ${this.#snippetView()}
          <embed-token
            agentUrl=${agentUrlOfPage()}
            .secret=${this.token}
            .metrics=${this.choice.metrics}
            @tokenmade=${({ detail }: CustomEvent<string>) => {
              this.pageToken = detail;
            }}
          ></embed-token>
        </div>
      </div>
    `;
  }

  #metricsView(): TemplateResult {
    const wanted = this.filter.trim().toLowerCase();
    const catalogue = this.welcome?.catalogue ?? [];
    const found = catalogue.filter((metric) =>
      [metric.name, metric.label, labelOf(metric, this.#language.messages)].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
    );
    return html`
      <fieldset>
        <legend>${this.#messages.metrics} <span class="count">${this.#messages.chosen(formatReading(this.choice.metrics.length, 'count', this.#language.tag))}</span></legend>
        <input
          type="search"
          placeholder=${this.#messages.filter}
          aria-label=${this.#messages.filter}
          .value=${this.filter}
          @input=${({ target }: Event) => {
            if (target instanceof HTMLInputElement) this.filter = target.value;
          }}
        />
        <div class="metrics">
          ${keyedList(
            found,
            ({ name }) => name,
            (metric) => this.#metricView(metric),
          )}
          ${found.length === 0 ? html`<p>${this.#messages.nothingFound}</p>` : nothing}
        </div>
      </fieldset>
    `;
  }

  #metricView(metric: MetricDescriptor): TemplateResult {
    const { name } = metric;
    const { metrics } = this.choice;
    const toggled = (): void =>
      this.#choose({
        metrics: metrics.includes(name) ? metrics.filter((one) => one !== name) : [...metrics, name],
      });
    return html`
      <label>
        <input type="checkbox" .checked=${metrics.includes(name)} @change=${toggled} />
        <span>${labelOf(metric, this.#language.messages)}</span> <code>${name}</code>
      </label>
    `;
  }

  #preview(): TemplateResult {
    if (this.choice.metrics.length === 0) return html`<p>${this.#messages.none}</p>`;
    const { metrics, layout, theme, points } = attributesOf(this.choice);
    return html`
      <metrics-panel
        metrics=${ifDefined(metrics)}
        layout=${ifDefined(layout)}
        theme=${ifDefined(theme)}
        points=${ifDefined(points)}
        .token=${this.token}
      ></metrics-panel>
    `;
  }

  #snippetView(): TemplateResult {
    const agentUrl = agentUrlOfPage();
    return html`
      <section aria-label=${this.#messages.snippet} class="snippet">
        <pre tabindex="0"><code>${snippetOf(this.choice, agentUrl, this.pageToken)}</code></pre>
        <button type="button" class="copy" @click=${this.#copy}>
          ${this.isCopied ? this.#messages.copied : this.#messages.copy}
        </button>
        <span class="said" role="status">${this.isCopied ? this.#messages.copied : ''}</span>
        ${isLoopbackAddress(agentUrl) ? html`<p>${this.#messages.loopback}</p>` : nothing}
      </section>
    `;
  }

  #choose(part: Partial<PanelChoice>): void {
    this.choice = { ...this.choice, ...part };
    // The token does not allow the new choice.
    if (part.metrics !== undefined) this.pageToken = undefined;
    this.isCopied = false;
  }

  readonly #pointsChanged = ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return;
    const points = Math.min(
      MAX_POINTS,
      Math.max(MIN_POINTS, Math.trunc(target.valueAsNumber) || DEFAULT_CHOICE.points),
    );
    target.value = String(points);
    this.#choose({ points });
  };

  readonly #copy = async (): Promise<void> => {
    const text = snippetOf(this.choice, agentUrlOfPage(), this.pageToken);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No TLS, or the reader said no: select the text to be copied by hand.
      const code = this.renderRoot.querySelector('pre code');
      if (code !== null) getSelection()?.selectAllChildren(code);
      return;
    }
    this.isCopied = true;
    setTimeout(() => {
      this.isCopied = false;
    }, COPIED_MS);
  };

  readonly #close = (): void => this.dialog.close();

  readonly #closed = (): void => {
    this.#leaveLayer();
    this.isOpen = false;
    this.pageToken = undefined;
  };

  /** A click on the backdrop closes. */
  readonly #clicked = ({ target }: Event): void => {
    if (target === this.dialog) this.#close();
  };
}

function selectView(
  label: string,
  options: Readonly<Record<string, string>>,
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  const changed = ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement) choose(target.value);
  };
  return html`
    <label
      >${label}
      <select @change=${changed}>
        ${Object.entries(options).map(
          ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
        )}
      </select>
    </label>
  `;
}

/** The folder that the dashboard was served from. */
function agentUrlOfPage(): string {
  return new URL('.', document.baseURI).href;
}

declare global {
  interface HTMLElementTagNameMap {
    'embed-dialog': EmbedDialog;
  }
}
