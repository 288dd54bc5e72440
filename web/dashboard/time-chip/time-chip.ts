import { html, nothing, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { Pause } from '../../state/pause.ts';
import type { TimeRange } from '../../state/time-range.ts';
import type { TimeShown } from '../../state/time-shown.ts';
import { rangeText } from './range-text.ts';
import { styles } from './time-chip.styles.ts';
import { timeMessages } from './time-messages.ts';

const EARLIER = svg`<path d="M10 3 5 8l5 5" />`;
const LATER = svg`<path d="m6 3 5 5-5 5" />`;
const LEAVE = svg`<path d="m4 4 8 8M12 4l-8 8" />`;

/** The range of the past that is shown, with the ways to an earlier and a later one, and back to the present. Nothing in the present. */
@element('time-chip')
export class TimeChip extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) time: TimeShown | null = null;

  /** For a range of what the panel holds, where there is no history. */
  @property({ attribute: false }) pause: Pause | null = null;

  /** The range that the reader is marking, shown instead. */
  @property({ attribute: false }) marked: TimeRange | null = null;

  readonly #language = new LanguageController(this);
  #unfollow: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unfollow();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('time') || changed.has('pause')) this.#follow();
    this.toggleAttribute('past', this.#range !== null);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { time } = this;
    if (this.marked !== null) return html`<div class="box marked">${this.#rangeView(this.marked)}</div>`;
    const range = this.#range;
    if (time === null || range === null) return nothing;
    const messages = timeMessages(this.#language);
    const isHeld = time.value.range === null;
    return html`
      <div class="box" role="group" aria-label=${messages.group}>
        ${isHeld ? nothing : this.#button(EARLIER, messages.earlier, ',', time.earlier, time.isAtBegin)}
        ${this.#rangeView(range)}
        ${this.#button(LEAVE, messages.leave, null, isHeld ? this.#release : time.live)}
        ${isHeld ? nothing : this.#button(LATER, messages.later, '.', time.later)}
      </div>
    `;
  }

  #rangeView(range: TimeRange): TemplateResult {
    return html`<span class="text" title=${this.#exactText(range)}>${this.#text(range)}</span>`;
  }

  /** Breaks at the dash if at all. */
  #text(range: TimeRange): unknown {
    const [from = '', to] = rangeText(range, this.#language.tag).split(/\s*–\s*/);
    return to === undefined ? from : html`<span>${from} –</span> <span>${to}</span>`;
  }

  #exactText({ fromMs, toMs }: TimeRange): string {
    const format = new Intl.DateTimeFormat(this.#language.tag, { dateStyle: 'medium', timeStyle: 'long' });
    return `${format.format(fromMs)} – ${format.format(toMs)}`;
  }

  #button(
    shape: SVGTemplateResult,
    name: string,
    key: string | null,
    act: () => void,
    isDisabled = false,
  ): TemplateResult {
    return html`<button
      type="button"
      title=${key === null ? name : `${name} (${key})`}
      aria-label=${name}
      aria-keyshortcuts=${key ?? nothing}
      ?disabled=${isDisabled}
      @click=${act}
    >
      ${icon(shape)}
    </button>`;
  }

  get #range(): TimeRange | null {
    return this.marked ?? this.time?.value.range ?? this.pause?.zoom.value ?? null;
  }

  readonly #release = (): void => this.pause?.resume();

  #follow(): void {
    this.#unfollow();
    const update = (): void => this.requestUpdate();
    const undo = this.isConnected ? [this.time?.onChange(update), this.pause?.zoom.onChange(update)] : [];
    this.#unfollow = () => undo.forEach((one) => one?.());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'time-chip': TimeChip;
  }
}
