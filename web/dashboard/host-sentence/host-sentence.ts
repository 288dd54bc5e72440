import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { enterLayer } from '../../browser/layers.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatCount } from '../../locales/format.ts';
import type { Concern } from '../../state/attention.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { styles } from './host-sentence.styles.ts';
import { sentenceMessages } from './sentence-messages.ts';
import { plainText, sentenceOf, type Sentence } from './sentence.ts';
import { TONE_SHAPES } from './tone-shapes.ts';

/** As many as are read at a glance. */
const MOST = 3;

/**
 * What needs attention on the shown host, in one sentence; each clause leads to its chart. Always as high; what is cut, and what are more than three, opens
 * below it.
 *
 * @fires {CustomEvent<{ metric: string }>} showchart - The reader wants to see a metric's chart
 */
@element('host-sentence')
export class HostSentence extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) state: DashboardState | null = null;
  /** One line without links, for a bar. */
  @property({ type: Boolean, reflect: true }) short = false;
  /** For a wall, whose title it is. */
  @property({ type: Boolean, reflect: true }) large = false;

  @state() private isOpen = false;
  /** The sentence has no room. */
  @state() private isCut = false;
  /** Read out by screen readers. */
  @state() private said = '';

  @query('.text') private readonly text!: HTMLElement | null;
  @query('.end') private readonly end!: HTMLElement | null;

  readonly #language = new LanguageController(this);
  #undo: readonly (() => void)[] = [];
  #leaveLayer: (() => void) | null = null;
  #observer: IntersectionObserver | null = null;
  /** Equal for sentences of which only numbers differ; `null` before the first. */
  #saidKey: string | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('state')) this.#follow();
    if (!this.short) this.#announce();
  }

  protected override render(): TemplateResult | typeof nothing {
    const sentence = this.#sentence;
    if (sentence === null) return nothing;
    const isPlain = this.short || this.large;
    return html`
      <div class="box ${sentence.tone}">
        <span class="mark">${TONE_SHAPES[sentence.tone]}</span>
        <p class="text" role=${this.large ? 'heading' : nothing} aria-level=${this.large ? 1 : nothing}>${this.#parts(sentence, isPlain)}<span class="end"></span></p>
        ${isPlain || !this.isCut ? nothing : this.#moreButton()}
      </div>
      ${this.isOpen && !isPlain ? this.#all(sentence) : nothing}
      ${this.short ? nothing : html`<span class="said" role="status">${this.said}</span>`}
    `;
  }

  protected override updated(): void {
    const { text, end } = this;
    if (this.#observer !== null || text === null || end === null || this.short || this.large) return;
    // Tells of a cut without asking for the layout.
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.isCut = entries.at(-1)?.isIntersecting === false;
      },
      { root: text },
    );
    this.#observer.observe(end);
  }

  get #sentence(): Sentence | null {
    if (this.state === null) return null;
    const { attention, connection, hosts } = this.state;
    return sentenceOf(
      {
        outlook: attention.outlook.value,
        concerns: attention.value ?? [],
        last: attention.last.value,
        host: hosts.shownName ?? hosts.chosen ?? undefined,
        status: connection.status.value,
      },
      this.#language,
    );
  }

  #parts({ lead, concerns, after }: Sentence, isPlain: boolean): TemplateResult {
    const { end, space, rest } = sentenceMessages(this.#language);
    const shown = concerns.slice(0, MOST);
    const views = shown.map((concern, index) =>
      this.#clause(concern, index === 0 && lead === '' ? concern.opening : concern.clause, isPlain),
    );
    const hidden = concerns.length - shown.length;
    const texts = shown.map(({ clause }) => clause);
    if (hidden > 0) {
      const text = rest(formatCount(hidden, this.#language.tag));
      texts.push(text);
      views.push(isPlain ? html`${text}` : this.#restLink(text));
    }
    let index = 0;
    const list = new Intl.ListFormat(this.#language.tag)
      .formatToParts(texts)
      .map(({ type, value }) => (type === 'element' ? (views[index++] ?? value) : value));
    return html`${lead === '' ? nothing : html`<span class="lead">${lead}</span>${space}`}${list}${list.length > 0 ? `${end}${space}` : nothing}<span
        class="after"
        >${after}</span
      >`;
  }

  #clause({ metric, isMuted }: Concern, text: string, isPlain: boolean): TemplateResult {
    const tone = isMuted ? 'muted' : '';
    if (metric === null || isPlain) return html`<span class=${tone}>${text}</span>`;
    return html`<a
      class=${tone}
      href="#${encodeURIComponent(metric)}"
      @click=${(event: Event) => {
        event.preventDefault();
        this.#close();
        this.dispatchEvent(new CustomEvent('showchart', { detail: { metric } }));
      }}
      >${text}</a
    >`;
  }

  /** Wraps as text does, which a button would not. */
  #restLink(text: string): TemplateResult {
    return html`<a
      href="#"
      role="button"
      class="rest"
      aria-expanded=${this.isOpen ? 'true' : 'false'}
      @click=${(event: Event) => {
        event.preventDefault();
        this.#toggle();
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== ' ') return;
        event.preventDefault();
        this.#toggle();
      }}
      >${text}</a
    >`;
  }

  #moreButton(): TemplateResult {
    const { more } = sentenceMessages(this.#language);
    return html`<span class="cut"
      ><button
        type="button"
        class="rest"
        aria-expanded=${this.isOpen ? 'true' : 'false'}
        @click=${() => this.#toggle()}
      >
        ${more}
      </button></span
    >`;
  }

  /** All that the sentence says, one below the other. */
  #all({ tone, lead, concerns, after }: Sentence): TemplateResult {
    return html`<div class="all">
      ${lead === '' ? nothing : html`<p>${lead}</p>`}
      <ul>
        ${concerns.map((concern) => {
          const own = concern.isMuted ? (concern.isKnown ? 'well' : 'unknown') : concern.level;
          return html`<li>
            <span class="mark ${own}">${TONE_SHAPES[own]}</span>
            <span>${this.#clause(concern, concern.opening, false)}</span>
          </li>`;
        })}
      </ul>
      ${after === '' ? nothing : html`<p class="after ${tone}">${after}</p>`}
    </div>`;
  }

  #toggle(): void {
    if (this.isOpen) this.#close();
    else this.#open();
  }

  #open(): void {
    this.isOpen = true;
    this.#leaveLayer ??= enterLayer(this, () => {
      this.#close();
      this.renderRoot.querySelector<HTMLElement>('button.rest, .rest')?.focus();
    });
    this.ownerDocument.addEventListener('pointerdown', this.#pressed);
  }

  #close(): void {
    this.isOpen = false;
    this.#leaveLayer?.();
    this.#leaveLayer = null;
    this.ownerDocument.removeEventListener('pointerdown', this.#pressed);
  }

  readonly #pressed = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.#close();
  };

  /** Says the sentence when something else needs attention, not when a number is another one. The page says the first one itself. */
  #announce(): void {
    const sentence = this.#sentence;
    if (sentence === null || this.state === null) return;
    const { state: stage } = this.state.attention.outlook.value;
    const key = [
      stage,
      sentence.tone,
      ...sentence.concerns.map(({ metric, kind, level, isMuted }) => [metric ?? kind, level, isMuted].join()),
    ].join(' ');
    if (key === this.#saidKey) return;
    const isFirst = this.#saidKey === null || stage === 'waiting';
    this.#saidKey = stage === 'waiting' ? null : key;
    if (!isFirst) this.said = plainText(sentence, this.#language);
  }

  #follow(): void {
    this.#leave();
    if (this.state === null || !this.isConnected) return;
    const { attention, connection, hosts } = this.state;
    const update = (): void => this.requestUpdate();
    this.#undo = [
      attention.onChange(update),
      attention.outlook.onChange(update),
      connection.status.onChange(update),
      hosts.onChange(update),
    ];
    update();
  }

  #leave(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#observer?.disconnect();
    this.#observer = null;
    this.#close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'host-sentence': HostSentence;
  }
  interface HTMLElementEventMap {
    showchart: CustomEvent<{ readonly metric: string }>;
  }
}
