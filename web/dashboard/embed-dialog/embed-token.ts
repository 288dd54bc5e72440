import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { AgentTokens, type TokenSummary } from './agent-tokens.ts';
import { embedTokenMessages } from './embed-token-messages.ts';
import { styles } from './embed-token.styles.ts';

const DEFAULT_LIFE = '7776000';

/**
 * Issues and revokes tokens for other pages if the reader has the agent's secret; otherwise shows the command that does.
 * @fires {CustomEvent<string>} tokenmade - The new token
 */
@element('embed-token')
export class EmbedToken extends OwnElement {
  static override styles = [tokens, styles];

  /** Ends with a slash. */
  @property() agentUrl = '';
  /** The reader's own token, which may be the agent's secret. */
  @property({ attribute: false }) secret?: string;
  /** What a new token allows. */
  @property({ attribute: false }) metrics: readonly string[] = [];
  /** Id of the host that it allows; `null` for all. */
  @property({ attribute: false }) host: string | null = null;

  /** Whether another agent samples the host: the page may be that of a gateway, which another command starts. */
  @property({ attribute: false }) isOfOtherAgent = false;

  /** `null` while unknown, and for readers who may not see them. */
  @state() private tokens: readonly TokenSummary[] | null = null;
  @state() private message = '';
  @state() private isWrong = false;

  readonly #language = new LanguageController(this);
  #agent: AgentTokens | null = null;

  protected override willUpdate(changed: PropertyValues): void {
    // The message is about a token for other metrics.
    if (changed.has('metrics')) this.#say('');
    if (!changed.has('secret') && !changed.has('agentUrl')) return;
    this.#agent = this.secret === undefined ? null : new AgentTokens(this.agentUrl, this.secret);
    void this.#refresh();
  }

  protected override render(): TemplateResult {
    const messages = this.#messages;
    return html`
      <h3>${messages.title}</h3>
      ${
        this.tokens === null
          ? html`<p>${messages.command}</p>
              <pre tabindex="0">${this.#command}</pre>
              ${
                this.secret === undefined
                  ? html`<p>${this.isOfOtherAgent ? messages.withoutTokenHere : messages.withoutToken}</p>
                      <pre tabindex="0">${this.isOfOtherAgent ? '' : 'npm start -- '}--allow-origin https://example.com</pre>`
                  : nothing
              }`
          : html`<p>${messages.why}</p>
              ${this.#formView()} ${this.#listView(this.tokens)}`
      }
    `;
  }

  get #messages(): ReturnType<typeof embedTokenMessages> {
    return embedTokenMessages(this.#language);
  }

  get #command(): string {
    const hosts = this.host === null ? '' : ` --hosts "${this.host}"`;
    return `npm start -- token create --metrics "${this.metrics.join(',')}"${hosts} --origins https://example.com`;
  }

  #formView(): TemplateResult {
    const messages = this.#messages;
    return html`
      <form novalidate @submit=${this.#make}>
        <label>${messages.page}<input name="page" type="url" placeholder="https://example.com" autocomplete="off" /></label>
        <label
          >${messages.life}
          <select name="life">
            ${Object.entries(messages.lives).map(
              ([value, text]) =>
                html`<option value=${value} ?selected=${value === DEFAULT_LIFE}>${text}</option>`,
            )}
          </select>
        </label>
        <button>${messages.make}</button>
      </form>
      <p role="status" class=${this.isWrong ? 'wrong' : ''}>${this.message}</p>
    `;
  }

  #listView(known: readonly TokenSummary[]): TemplateResult | typeof nothing {
    if (known.length === 0) return nothing;
    const messages = this.#messages;
    return html`
      <h3>${messages.tokens}</h3>
      <ul>
        ${known.map((token) => {
          const what = [...token.metrics, ...token.tables].join(', ');
          return html`<li>
            <span>${[token.label, what, this.#placesOf(token), this.#endOf(token), token.id].filter((part) => part !== '').join(' · ')}</span>
            <button aria-label=${messages.revokeOf(what, token.id)} @click=${() => this.#revoke(token)}>${messages.revoke}</button>
          </li>`;
        })}
      </ul>
    `;
  }

  #placesOf({ origins }: TokenSummary): string {
    return origins.length === 0 ? this.#messages.anywhere : this.#messages.on(origins.join(', '));
  }

  #endOf({ expiresAtMs }: TokenSummary): string {
    if (expiresAtMs === null) return this.#messages.forEver;
    return this.#messages.until(
      new Date(expiresAtMs).toLocaleString(this.#language.tag, { dateStyle: 'medium', timeStyle: 'short' }),
    );
  }

  readonly #make = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement) void this.#create(new FormData(event.currentTarget));
  };

  async #create(fields: FormData): Promise<void> {
    const life = textOf(fields, 'life');
    const origin = originOf(textOf(fields, 'page').trim());
    if (origin === null) {
      this.#say(this.#messages.notAnAddress, true);
      return;
    }
    try {
      const expiresInS = life === 'never' ? null : Number(life);
      const { metrics, host } = this;
      const hosts = host === null ? {} : { hosts: [host] };
      const token = await this.#agent?.create({ metrics, ...hosts, origins: [origin], expiresInS });
      this.dispatchEvent(new CustomEvent('tokenmade', { detail: token }));
      this.#say(this.#messages.made);
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error), true);
    }
    await this.#refresh();
  }

  async #revoke({ id }: TokenSummary): Promise<void> {
    try {
      await this.#agent?.revoke(id);
      this.#say('');
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error), true);
    }
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    try {
      this.tokens = (await this.#agent?.list()) ?? null;
    } catch {
      // The badge behind the dialog says that the agent is away.
      this.tokens = null;
    }
  }

  #say(text: string, isWrong = false): void {
    this.message = text;
    this.isWrong = isWrong;
  }
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

/** The origin of a page's address, which may lack `https://`; `null` if it is not an address. */
function originOf(address: string): string | null {
  const whole = /^[\w+.-]+:\/\//.test(address) ? address : `https://${address}`;
  if (address === '' || !URL.canParse(whole)) return null;
  const { protocol, origin } = new URL(whole);
  return /^https?:$/.test(protocol) ? origin : null;
}

declare global {
  interface HTMLElementTagNameMap {
    'embed-token': EmbedToken;
  }
  interface HTMLElementEventMap {
    tokenmade: CustomEvent<string>;
  }
}
