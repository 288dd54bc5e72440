import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { NamedHost } from '../../../shared/client/host-names.ts';
import { only } from '../../browser/documents.ts';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { Messages } from '../../locales/en.ts';
import { formatCount } from '../../locales/format.ts';
import { recentCommands, rememberCommand } from '../../state/preferences.ts';
import { styles } from './command-palette.styles.ts';
import { entriesOf, KINDS, type Entry, type Kind, type PaletteSource } from './entries.ts';
import { paletteMessages } from './palette-messages.ts';
import { search } from './ranking.ts';
import { whenLoaded } from '../../browser/when-loaded.ts';
import { overviewPart } from '../lazy-parts.ts';

const LENS = icon(svg`<circle cx="7" cy="7" r="4.5" /><path d="m10.5 10.5 3.5 3.5" />`);
const CLOSE = icon(svg`<path d="m4 4 8 8m0-8-8 8" />`);
/** Of each kind; 50 at most in all. */
const LIMITS: Readonly<Record<Kind, number>> = { metric: 20, process: 8, host: 12, command: 9 };
/** Without a search: all commands are. */
const MOST_COMMANDS = 30;

interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** One field that finds metrics, processes, hosts and commands, by all words of their names, in the reader's language and in English. */
@element('command-palette')
export class CommandPalette extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) source: PaletteSource | null = null;

  @state() private isOpen = false;
  @state() private query = '';
  /** Of all options. */
  @state() private chosen = 0;

  readonly #language = new LanguageController(this);
  #entries: readonly Entry[] = [];
  /** The texts of the entries; `null`: collect them anew. */
  #collectedIn: Messages | null = null;
  #groups: readonly Group[] = [];
  #leaveHosts: () => void = () => {};

  /** Opens it, or closes it if it is open. */
  show(): void {
    if (this.isOpen) {
      this.#dialog.close();
      return;
    }
    this.isOpen = true;
    this.query = '';
    this.#choose(0);
    this.#followHosts();
    this.#collectedIn = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaveHosts();
  }

  protected override willUpdate(): void {
    if (!this.isOpen) return;
    if (this.#language.messages !== this.#collectedIn) this.#collect();
    this.#groups = this.#find();
  }

  protected override updated(changed: PropertyValues): void {
    // Once closed it stays for a moment, until the event has come.
    if (this.isOpen && changed.has('isOpen')) this.#dialog.showModal();
    this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.isOpen) return nothing;
    const messages = paletteMessages(this.#language);
    const count = this.#options.length;
    return html`
      <dialog aria-label=${messages.title} @close=${this.#closed} @click=${this.#clicked}>
        <div class="field">
          ${LENS}
          <input
            type="text"
            role="combobox"
            aria-label=${messages.title}
            aria-expanded="true"
            aria-controls="found"
            aria-autocomplete="list"
            aria-activedescendant=${count === 0 ? nothing : `option-${this.chosen}`}
            placeholder=${messages.placeholder}
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            enterkeyhint="go"
            autofocus
            .value=${this.query}
            @input=${this.#typed}
            @keydown=${this.#pressed}
          />
          <button type="button" class="close" tabindex="-1" aria-label=${messages.close} @click=${() => this.#dialog.close()}>
            ${CLOSE}
          </button>
        </div>
        <div id="found" role="listbox" aria-label=${messages.title}>
          ${count === 0 ? html`<p class="nothing">${messages.nothing}</p>` : this.#groupViews()}
        </div>
        <span class="said" role="status"
          >${this.query === '' ? '' : count === 0 ? messages.nothing : messages.found(formatCount(count, this.#language.tag).text)}</span
        >
      </dialog>
    `;
  }

  #groupViews(): TemplateResult[] {
    let index = 0;
    return this.#groups.map(
      ({ title, entries }, group) => html`<div role="group" aria-labelledby="group-${group}">
        <h2 id="group-${group}" role="presentation">${title}</h2>
        ${entries.map((entry) => this.#optionView(entry, index++))}
      </div>`,
    );
  }

  #optionView({ title, detail }: Entry, index: number): TemplateResult {
    return html`<div role="option" id="option-${index}" data-index=${index} aria-selected=${index === this.chosen}>
      <span>${title}</span>${detail === '' ? nothing : html`<span class="detail">${detail}</span>`}
    </div>`;
  }

  get #dialog(): HTMLDialogElement {
    return only(this.renderRoot, 'dialog');
  }

  get #options(): readonly Entry[] {
    return this.#groups.flatMap(({ entries }) => entries);
  }

  /** The groups of the best results first. */
  #find(): Group[] {
    const { groups } = paletteMessages(this.#language);
    if (this.query.trim() === '') return this.#initial();
    const found = KINDS.map((kind) => {
      const results = search(
        this.#entries.filter((entry) => entry.kind === kind),
        this.query,
        LIMITS[kind],
      );
      const entries = results.map(({ item }) => item);
      if (kind === 'metric' && entries.length > 0) entries.push(this.#onlyThese());
      return { title: groups[kind], entries, score: results[0]?.score ?? 0 };
    });
    return found
      .filter(({ entries }) => entries.length > 0)
      .toSorted((one, other) => one.score - other.score);
  }

  #initial(): Group[] {
    const { groups } = paletteMessages(this.#language);
    const recent = recentCommands().flatMap((id) => this.#entries.find((entry) => entry.id === id) ?? []);
    const rest = this.#entries.filter((entry) => !recent.includes(entry));
    const of = (kind: Kind, most: number): Group => ({
      title: groups[kind],
      entries: rest.filter((entry) => entry.kind === kind).slice(0, most),
    });
    return [
      { title: groups.recent, entries: recent },
      of('host', LIMITS.host),
      of('command', MOST_COMMANDS),
    ].filter(({ entries }) => entries.length > 0);
  }

  #onlyThese(): Entry {
    const words = this.query.trim();
    const { onlyChartsWith } = paletteMessages(this.#language);
    return {
      id: '',
      kind: 'metric',
      title: onlyChartsWith(words),
      detail: '',
      words: '',
      act: () => this.source?.state.view.change({ search: words }),
    };
  }

  #collect(): void {
    const { source } = this;
    this.#entries = source === null ? [] : entriesOf(source, this.#hosts, this.#language);
    this.#collectedIn = this.#language.messages;
  }

  /** Those that the agent has introduced, or of the list of all where it does not introduce them all. */
  get #hosts(): readonly NamedHost[] {
    const { hosts, connection } = this.source?.state ?? {};
    if (hosts === undefined || connection === undefined) return [];
    const { module } = overviewPart;
    return hosts.introduced.length >= (hosts.count ?? 0) || module === null
      ? hosts.introduced
      : [...module.hostListOf(connection).hosts.values()].map(({ summary }) => summary);
  }

  #followHosts(): void {
    const { hosts, connection } = this.source?.state ?? {};
    if (hosts === undefined || connection === undefined || hosts.introduced.length >= (hosts.count ?? 0))
      return;
    let leave = (): void => {};
    const stopLoading = whenLoaded(overviewPart, ({ hostListOf }) => {
      leave = hostListOf(connection).follow(({ isOtherSet }) => {
        if (!isOtherSet) return;
        this.#collectedIn = null;
        this.requestUpdate();
      });
    });
    this.#leaveHosts = () => {
      stopLoading();
      leave();
    };
  }

  #choose(index: number): void {
    this.chosen = index;
  }

  #act(entry: Entry | undefined): void {
    if (entry === undefined) return;
    if (entry.id !== '') rememberCommand(entry.id);
    // First: the focus returns to where it was, and what the entry does may take it.
    this.#dialog.close();
    entry.act();
  }

  readonly #typed = ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return;
    this.query = target.value;
    this.#choose(0);
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    const { length } = this.#options;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (event.isComposing) return;
    if (event.key === 'Enter') this.#act(this.#options[this.chosen]);
    else if (step === undefined || length === 0) return;
    else if (Math.abs(step) === 1) this.#choose((this.chosen + step + length) % length);
    else this.#choose(Math.min(length - 1, Math.max(0, this.chosen + step)));
    event.preventDefault();
  };

  readonly #clicked = ({ target }: Event): void => {
    if (target === this.#dialog) this.#dialog.close();
    if (!(target instanceof Element)) return;
    const { index } = target.closest<HTMLElement>('[role="option"]')?.dataset ?? {};
    if (index !== undefined) this.#act(this.#options[Number(index)]);
  };

  readonly #closed = (): void => {
    this.isOpen = false;
    this.#leaveHosts();
    this.#leaveHosts = () => {};
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'command-palette': CommandPalette;
  }
}
