import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { only } from '../../browser/documents.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import '../../elements/metrics-panel/metrics-panel.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { enterLayer } from '../../browser/layers.ts';
import { isLocalAgent } from '../../browser/page-lifecycle.ts';
import { choiceFormView } from './choice-form.ts';
import { embedDialogMessages } from './embed-dialog-messages.ts';
import { styles } from './embed-dialog.styles.ts';
import './embed-token.ts';
import { attributesOf, DEFAULT_CHOICE, snippetOf, type PanelChoice } from './snippet.ts';

const COPIED_MS = 2000;

/** Configures a panel with a live preview, and writes the HTML that shows it in another page. */
@element('embed-dialog')
export class EmbedDialog extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) catalogue: readonly MetricDescriptor[] = [];
  /** Name of the shown host; `null` where there is only one. */
  @property({ attribute: false }) host: string | null = null;
  @property({ attribute: false }) hostId: string | null = null;
  /** Whether another agent samples the shown host. */
  @property({ attribute: false }) isOfOtherAgent = false;
  /** Whether the agent keeps a history. */
  @property({ attribute: false }) isKept = false;
  /** The reader's own, for the preview. */
  @property({ attribute: false }) token?: string;

  @state() private choice: PanelChoice = DEFAULT_CHOICE;
  @state() private filter = '';
  @state() private isOpen = false;
  @state() private isCopied = false;
  /** Issued for the other page and the chosen metrics. */
  @state() private pageToken: string | undefined;

  readonly #language = new LanguageController(this);
  #leaveLayer: () => void = () => {};

  async show(): Promise<void> {
    this.isOpen = true;
    await this.updateComplete;
    this.#dialog.showModal();
    this.#leaveLayer = enterLayer(this.#dialog, this.#close);
  }

  protected override render(): TemplateResult {
    return html`
      <dialog aria-labelledby="title" @close=${this.#closed} @click=${this.#clicked}>
        ${this.isOpen ? this.#body() : nothing}
      </dialog>
    `;
  }

  get #dialog(): HTMLDialogElement {
    return only(this.renderRoot, 'dialog');
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
        ${choiceFormView(
          {
            choice,
            catalogue: this.catalogue,
            filter: this.filter,
            isKept: this.isKept,
            choose: this.#choose,
            setFilter: this.#setFilter,
          },
          this.#language,
        )}
        <section aria-label=${this.#messages.preview} class="preview ${choice.theme}">${this.#preview()}</section>
        <div class="result">
          ${this.#snippetView()}
          <embed-token
            agentUrl=${agentUrlOfPage()}
            .secret=${this.token}
            .metrics=${this.choice.metrics}
            .host=${this.hostId}
            .isOfOtherAgent=${this.isOfOtherAgent}
            @tokenmade=${({ detail }: CustomEvent<string>) => {
              this.pageToken = detail;
            }}
          ></embed-token>
        </div>
      </div>
    `;
  }

  #preview(): TemplateResult {
    if (this.choice.metrics.length === 0) return html`<p>${this.#messages.none}</p>`;
    const { metrics, stacked, mirrored, thresholds, layout, theme, points, window } = attributesOf(
      this.choice,
    );
    return html`
      <metrics-panel
        host=${ifDefined(this.host ?? undefined)}
        metrics=${ifDefined(metrics)}
        stacked=${ifDefined(stacked)}
        mirrored=${ifDefined(mirrored)}
        thresholds=${ifDefined(thresholds)}
        layout=${ifDefined(layout)}
        theme=${ifDefined(theme)}
        points=${ifDefined(points)}
        window=${ifDefined(window)}
        .token=${this.token}
      ></metrics-panel>
    `;
  }

  #snippetView(): TemplateResult {
    const agentUrl = agentUrlOfPage();
    return html`
      <section aria-label=${this.#messages.snippet} class="snippet">
        <pre tabindex="0"><code>${snippetOf(this.choice, agentUrl, this.host, this.pageToken)}</code></pre>
        <button type="button" class="copy" @click=${this.#copy}>
          ${this.isCopied ? this.#messages.copied : this.#messages.copy}
        </button>
        <span class="said" role="status">${this.isCopied ? this.#messages.copied : ''}</span>
        ${isLocalAgent(agentUrl) ? html`<p>${this.#messages.loopback}</p>` : nothing}
      </section>
    `;
  }

  readonly #choose = (part: Partial<PanelChoice>): void => {
    this.choice = { ...this.choice, ...part };
    // The token does not allow the new choice.
    if (part.metrics !== undefined) this.pageToken = undefined;
    this.isCopied = false;
  };

  readonly #setFilter = (filter: string): void => {
    this.filter = filter;
  };

  readonly #copy = async (): Promise<void> => {
    const text = snippetOf(this.choice, agentUrlOfPage(), this.host, this.pageToken);
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

  readonly #close = (): void => this.#dialog.close();

  readonly #closed = (): void => {
    this.#leaveLayer();
    this.isOpen = false;
    this.pageToken = undefined;
  };

  readonly #clicked = ({ target }: Event): void => {
    if (target === this.#dialog) this.#close();
  };
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
