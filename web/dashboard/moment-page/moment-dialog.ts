import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { enterLayer } from '../../browser/layers.ts';
import { only } from '../../browser/documents.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import type { MetricsPanel } from '../../elements/metrics-panel/metrics-panel.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatCount } from '../../locales/format.ts';
import { formatMoment, precisionOf } from '../../locales/format-moment.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { writeView } from '../../state/view.ts';
import { saveCsv, saveFile, savePng } from '../save-charts.ts';
import { styles } from './moment-dialog.styles.ts';
import { momentMessages } from './moment-messages.ts';
import { MOST_BYTES, momentPageOf, stepText, type MomentPage } from './moment-page.ts';
import { momentParts, type MomentParts } from './moment-parts.ts';
import { DEFAULT_CHOICE, pointCount, type Moment, type MomentChoice } from './moment.ts';
import { takeMoment } from './take-moment.ts';

const WAYS = ['page', 'png', 'csv', 'link'] as const;
type Way = (typeof WAYS)[number];
/** What can be left out with one box. */
type Part = Exclude<keyof MomentChoice, 'without'>;
/** Names of processes that are told at once. */
const MOST_NAMES = 12;

/** Asks what of the shown moment to send, and says what leaves before it does. */
@element('moment-dialog')
export class MomentDialog extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) panel: MetricsPanel | null = null;
  @property({ attribute: false }) state: DashboardState | null = null;

  /** Held still while the dialog is open; `null`: closed, or nothing is shown yet. */
  @state() private moment: Moment | null = null;
  @state() private isOpen = false;
  @state() private way: Way = 'page';
  @state() private choice: MomentChoice = DEFAULT_CHOICE;
  @state() private outcome: 'copied' | 'copyFailed' | 'failed' | null = null;

  readonly #language = new LanguageController(this);
  #page: MomentPage | null = null;
  #parts: MomentParts | null = null;
  #leaveLayer: () => void = () => {};

  async show(): Promise<void> {
    const { panel, state: shown } = this;
    if (panel === null || shown === null || this.isOpen) return;
    this.#parts = momentParts();
    this.moment = this.#parts === null ? null : takeMoment(panel, shown, this.#language, this.#parts);
    this.isOpen = true;
    this.outcome = null;
    await this.updateComplete;
    this.#dialog.showModal();
    this.#leaveLayer = enterLayer(this.#dialog, this.#close);
  }

  protected override willUpdate(_changed: PropertyValues): void {
    this.#page =
      this.moment === null || this.#parts === null || this.way !== 'page'
        ? null
        : momentPageOf(this.moment, this.choice, this.#language, this.#parts);
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

  get #messages(): ReturnType<typeof momentMessages> {
    return momentMessages(this.#language);
  }

  #body(): TemplateResult {
    const messages = this.#messages;
    const { moment } = this;
    return html`
      <div class="top">
        <h2 id="title">${messages.send} ${moment === null ? nothing : html`<small>${this.#stretch(moment)}</small>`}</h2>
        <button type="button" class="close" aria-label=${messages.close} @click=${this.#close}>×</button>
      </div>
      ${
        moment === null
          ? html`<div class="body"><p>${messages.nothing}</p></div>`
          : html`<div class="body">${this.#ways()}
                <fieldset class="leaves">
                  <legend>${messages.leaves}</legend>
                  ${this.#leaves(moment)}
                </fieldset>
              </div>
              ${this.#end()}`
      }
    `;
  }

  #stretch({ fromMs, toMs }: Moment): string {
    const precision = precisionOf(fromMs, toMs, 0);
    return [fromMs, toMs].map((timeMs) => formatMoment(timeMs, precision, this.#language.tag)).join(' – ');
  }

  #ways(): TemplateResult {
    const { as, ways } = this.#messages;
    return html`<fieldset>
      <legend>${as}</legend>
      ${WAYS.map(
        (way) =>
          html`<label class="way"
            ><input
              type="radio"
              name="way"
              .value=${way}
              .checked=${this.way === way}
              @change=${() => this.#choose(way)}
            /><span>${ways[way].name}</span><small>${ways[way].what}</small></label
          >`,
      )}
    </fieldset>`;
  }

  #choose(way: Way): void {
    this.way = way;
    this.outcome = null;
  }

  #leaves(moment: Moment): TemplateResult {
    const messages = this.#messages;
    switch (this.way) {
      case 'png':
        return html`<p>${messages.pngLeaves}</p>`;
      case 'csv':
        return html`<p>${messages.csvLeaves(...this.#csvCounts())}</p>`;
      case 'link':
        return html`<p>${this.#isKept ? messages.linkLeaves : messages.linkWithoutTime}</p>
          <input class="address" readonly aria-label=${messages.ways.link.name} .value=${this.#link} />`;
      case 'page':
        return this.#choices(moment);
    }
  }

  #csvCounts(): [ReturnType<typeof formatCount>, ReturnType<typeof formatCount>] {
    const lines = this.panel?.exportCsv().trimEnd().split('\r\n') ?? [];
    const { tag } = this.#language;
    // A name of a metric has no comma.
    const names = new Set(
      lines[0]
        ?.split(',')
        .slice(1)
        .map((title) => title.replace(/ .*/, '')),
    );
    return [formatCount(names.size, tag), formatCount(Math.max(0, lines.length - 1), tag)];
  }

  #choices(moment: Moment): TemplateResult {
    const messages = this.#messages;
    const { host, facts, marks, processes, sentence } = moment;
    return html`
      ${this.#part('host', messages.host, host)}
      ${this.#part('facts', messages.facts, facts.map(([, value]) => value).join(' · '))}
      ${this.#part('sentence', messages.sentence, this.choice.host ? sentence.named : sentence.unnamed)}
      ${this.#charts(moment)}
      ${this.#part('marks', messages.marks, this.#few(marks.map(({ label }) => label)))}
      ${this.#part('processes', messages.processes, processes === null ? null : this.#few(this.#cells('name')))}
      ${this.choice.processes ? this.#all(this.#cells('name'), messages.processes) : nothing}
      <div class="of">
        ${this.#part('arguments', messages.processArguments, this.#few(this.#cells('arguments').slice(0, 2), this.#cells('arguments').length), this.choice.processes)}
        ${this.choice.processes && this.choice.arguments ? this.#all(this.#cells('arguments'), messages.processArguments, 2) : nothing}
        ${this.#part('users', messages.users, this.#few(this.#cells('user')), this.choice.processes)}
      </div>
    `;
  }

  /** @param what of it leaves; empty or `null`: there is none */
  #part(part: Part, name: string, what: string | null, isPossible = true): TemplateResult {
    const isThere = what !== null && what !== '';
    return html`<label class="part"
      ><input
        type="checkbox"
        .checked=${isThere && isPossible && this.choice[part]}
        .disabled=${!isThere || !isPossible}
        @change=${({ target }: Event & { target: HTMLInputElement }) => {
          this.choice = { ...this.choice, [part]: target.checked };
        }}
      /><span>${name}</span><small>${isThere ? what : this.#messages.none}</small></label
    >`;
  }

  #charts({ charts }: Moment): TemplateResult {
    const { tag } = this.#language;
    const messages = this.#messages;
    const sent = charts.filter(({ id }) => !this.choice.without.has(id));
    const metrics = new Set(sent.flatMap((chart) => chart.metrics));
    return html`<details>
      <summary>
        ${messages.charts(formatCount(sent.length, tag), formatCount(metrics.size, tag), formatCount(pointCount(sent), tag))}
      </summary>
      <ul aria-label=${messages.chosenCharts} tabindex="0">
        ${charts.map(
          ({ id, title, metrics: names }) =>
            html`<li>
              <label
                ><input
                  type="checkbox"
                  .checked=${!this.choice.without.has(id)}
                  @change=${({ target }: Event & { target: HTMLInputElement }) => this.#keep(id, target.checked)}
                /><span>${title} <code>${names.join(', ')}</code></span></label
              >
            </li>`,
        )}
      </ul>
    </details>`;
  }

  #keep(id: string, isKept: boolean): void {
    const without = new Set(this.choice.without);
    if (isKept) without.delete(id);
    else without.add(id);
    this.choice = { ...this.choice, without };
  }

  /** Known cells of a column of the processes, each once. */
  #cells(column: string): readonly string[] {
    const { descriptor, table } = this.moment?.processes ?? {};
    const at = descriptor?.columns.findIndex(({ name }) => name === column) ?? -1;
    const cells = at < 0 ? [] : (table?.rows.map((row) => row[at]) ?? []);
    return [...new Set(cells.filter((cell) => typeof cell === 'string' && cell !== ''))].map(String);
  }

  #few(texts: readonly string[], count = texts.length): string {
    const { list } = this.#language.messages.separator;
    const shown = texts.slice(0, MOST_NAMES);
    const rest = count - shown.length;
    return [
      ...shown,
      ...(rest > 0 ? [this.#messages.andMore(formatCount(rest, this.#language.tag))] : []),
    ].join(list);
  }

  /** All of them, where a few do not tell. */
  #all(texts: readonly string[], name: string, told = MOST_NAMES): TemplateResult | typeof nothing {
    if (texts.length <= told) return nothing;
    const { text } = formatCount(texts.length, this.#language.tag);
    return html`<details>
      <summary>${name}${this.#messages.colon}${text}</summary>
      <ul tabindex="0" aria-label=${name}>
        ${texts.map((one) => html`<li><bdi>${one}</bdi></li>`)}
      </ul>
    </details>`;
  }

  #end(): TemplateResult {
    const messages = this.#messages;
    const page = this.#page;
    const isTooLarge = page !== null && !page.fits;
    const said = this.outcome === null ? this.#sizeText(page) : messages[this.outcome];
    return html`<div class="end">
      <p role="status" class=${isTooLarge || this.outcome === 'failed' ? 'wrong' : ''}>${said}</p>
      <button type="button" .disabled=${isTooLarge} @click=${this.#send}>
        ${this.way === 'link' ? messages.copy : messages.save}
      </button>
    </div>`;
  }

  #sizeText(page: MomentPage | null): string {
    if (page === null) return '';
    const { tag } = this.#language;
    const messages = this.#messages;
    const size = kilobytes(page.bytes, tag);
    if (!page.fits) return messages.tooLarge(size, kilobytes(MOST_BYTES, tag));
    const points =
      page.columnMs === null ? messages.whole : messages.reduced(stepText(page.columnMs, this.#language));
    return `${messages.size(size)} ${points}`;
  }

  readonly #send = async (): Promise<void> => {
    const { panel, moment } = this;
    if (panel === null || moment === null) return;
    const host = moment.host ?? 'metrics';
    try {
      if (this.way === 'png') await savePng(panel, host);
      else if (this.way === 'csv') saveCsv(panel, host);
      else if (this.way === 'link') {
        await this.#copy();
        return;
      } else if (this.#page !== null)
        saveFile(
          new Blob([this.#page.html], { type: 'text/html' }),
          this.choice.host ? host : 'metrics',
          'html',
        );
    } catch {
      this.outcome = 'failed';
      return;
    }
    this.#close();
  };

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#link);
      this.outcome = 'copied';
    } catch {
      // No TLS, or the reader said no.
      this.renderRoot.querySelector<HTMLInputElement>('.address')?.select();
      this.outcome = 'copyFailed';
    }
  }

  get #isKept(): boolean {
    return this.state?.time.value.isKept === true;
  }

  /** To the selected time, else to the stretch. Another reader has a theme of their own. */
  get #link(): string {
    const { moment } = this;
    if (moment === null || this.state === null) return '';
    const { view, time } = this.state;
    const selectedMs = moment.charts[0]?.line.selectedMs ?? null;
    const momentMs = time.value.momentMs ?? (this.#isKept ? selectedMs : null);
    const { fromMs, toMs } = moment;
    const part =
      momentMs === null ? (this.#isKept ? { range: { fromMs, toMs } } : {}) : time.linkTo(momentMs);
    const query = writeView({ ...view.value, ...part, theme: null, isWall: false }) || '?';
    const link = new URL(query, location.href);
    link.hash = '';
    return link.href;
  }

  readonly #close = (): void => this.#dialog.close();

  readonly #closed = (): void => {
    this.#leaveLayer();
    this.isOpen = false;
    this.moment = null;
    this.choice = DEFAULT_CHOICE;
  };

  readonly #clicked = ({ target }: Event): void => {
    if (target === this.#dialog) this.#close();
  };
}

/** As mail programs and file managers count them. */
function kilobytes(bytes: number, tag: string): string {
  return new Intl.NumberFormat(tag, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 }).format(
    bytes / 1000,
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'moment-dialog': MomentDialog;
  }
}
