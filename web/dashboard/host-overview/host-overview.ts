import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { browserClock } from '../../browser/browser-clock.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { translate } from '../../locales/agent-texts.ts';
import { formatCount } from '../../locales/format.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import {
  EVERY_HOST,
  HOST_SORTS,
  readHostFilter,
  withLabel,
  withMark,
  writeHostFilter,
  type HostFilter,
} from '../../state/host-filter.ts';
import { hostListOf, type HostChanges, type HostList } from '../../state/host-list.ts';
import { HOST_MARKS, type HostMark } from '../../state/host-mark.ts';
import { writeView } from '../../state/view.ts';
import { controlStyles } from './controls.styles.ts';
import { headlineOf } from './headline.ts';
import { headlineView } from './headline-view.ts';
import './host-cards.ts';
import { hostColours } from './host-colours.styles.ts';
import './host-field.ts';
import { hostOverviewMessages, type HostOverviewMessages } from './host-overview-messages.ts';
import { styles } from './host-overview.styles.ts';
import { HostReadings } from './host-readings.ts';
import './host-rows.ts';
import { isForBrowser } from '../../browser/for-browser.ts';
import { markShape } from './host-shapes.ts';
import { clockTime, type Words } from './host-words.ts';
import './label-menu.ts';
import { FEW, MANY, OverviewData } from './overview-data.ts';
import type { HostContext } from './row-view.ts';

/** For what else shows all hosts. */
export { hostListOf };

/** Values are shown at most this often; news at once, and then as often. */
const FLUSH_MS = 1000;
/** A pointer that rests longer on the list is not reading it. */
const READING_MS = 30_000;
/** Durations go on, and values may change the order. */
const TICK_MS = 10_000;
/** Search after a pause in typing. */
const TYPING_MS = 150;
/** As many as a chart tells apart. */
const MOST_COMPARED = 8;

/** All hosts of the agent at once: what needs attention, in words; and each as a card, or in a table under a map of all. */
@element('host-overview')
export class HostOverview extends OwnElement {
  static override styles = [tokens, hostColours, controlStyles, styles];

  @property({ attribute: false }) state: DashboardState | null = null;

  @state() private isChoosing = false;
  @state() private chosen: ReadonlySet<string> = new Set();
  /** Read out by screen readers. */
  @state() private said = '';
  @state() private staleSinceMs: number | null = null;

  readonly #language = new LanguageController(this);
  readonly #data = new OverviewData();
  #list: HostList | null = null;
  #readings: HostReadings | null = null;
  #context: HostContext | null = null;
  /** Ids of hosts that are shown as they were. */
  readonly #outdated = new Set<string>();
  #isNews = false;
  #isOtherSet = false;
  /** The filter and the search whose hosts are shown. */
  #asked = '';
  /** When the reader last moved the pointer or the focus in the list. */
  #readMs = Number.NEGATIVE_INFINITY;
  #cancelFlush: (() => void) | null = null;
  #flushedMs = -FLUSH_MS;
  #cancelTick: () => void = () => {};
  #cancelTyping: () => void = () => {};
  #undo: readonly (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  /** Focuses the search. */
  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.focus(options);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('state')) this.#follow();
    const { hosts } = this.#list ?? {};
    if (this.state === null || hosts === undefined || this.#readings === null) return;
    const { search } = this.state.view.value;
    const filter = this.#filterNow;
    if (this.#isOtherSet) this.#data.renamed(hosts, this.#language.tag);
    if (this.#isNews) this.#data.changed(hosts);
    this.#data.filtered(hosts, filter, search);
    const asked = `${this.state.view.value.filter} ${search}`;
    if (asked !== this.#asked || !this.#isBeingRead) this.#data.ordered(hosts, filter, search);
    this.#asked = asked;
    this.#isOtherSet = false;
    this.#isNews = false;
    this.#context = {
      words: this.#words,
      readings: this.#readings,
      isChoosing: this.isChoosing,
      chosen: this.chosen,
      isFull: this.chosen.size >= MOST_COMPARED,
      hrefOf: this.#hrefOf,
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state: dashboard } = this;
    const hosts = this.#list?.hosts;
    if (dashboard === null || hosts === undefined || this.#context === null) return nothing;
    const { words } = this.#context;
    const { messages } = words;
    return html`
      <div class="top" @click=${this.#clicked}>
        ${
          hosts.size === 0
            ? html`<h1 class="quiet">${this.#emptyText(messages)}</h1>`
            : headlineView(headlineOf(this.#data.unwell, this.#data.well, words), {
                hrefOf: this.#hrefOf,
                hrefOfMarks: (marks) => this.#href({ ...EVERY_HOST, marks }),
              })
        }
        <span class="count">${hosts.size > FEW ? messages.hosts(formatCount(hosts.size, this.#language.tag)) : nothing}</span>
      </div>
      ${
        this.staleSinceMs === null || hosts.size === 0
          ? nothing
          : html`<p class="notice" role="alert">${messages.stale(clockTime(this.staleSinceMs, words))}</p>`
      }
      ${hosts.size < 2 ? nothing : this.#controlsView(messages)} ${hosts.size === 0 ? nothing : this.#hostsView(messages)}
      <span class="said" role="status">${this.said}</span>
    `;
  }

  protected override updated(): void {
    const { messages } = this.#context?.words ?? {};
    if (messages === undefined || this.#list === null || this.#list.hosts.size === 0) return;
    const attention = this.#data.unwell.filter(({ mark }) => mark !== 'unknown').length;
    document.title = `${attention === 0 ? '' : `(${attention}) `}${messages.title} · metrics-panel`;
    this.#flushedMs = browserClock.now();
  }

  #controlsView(messages: HostOverviewMessages): TemplateResult {
    const filter = this.#filterNow;
    const search = this.state?.view.value.search ?? '';
    const { tag } = this.#language;
    const count = formatCount(this.chosen.size, tag);
    return html`
      <div class="controls" @click=${this.#clicked}>
        <div class="chips" role="group" aria-label=${messages.states}>
          ${HOST_MARKS.filter(
            (mark) => (this.#data.counts.get(mark) ?? 0) > 0 || filter.marks.includes(mark),
          ).map(
            (
              mark,
            ) => html`<button type="button" class="control" aria-pressed=${filter.marks.includes(mark)} data-mark=${mark}>
              ${markShape(mark)} ${messages.marks[mark]} <b>${formatCount(this.#data.counts.get(mark) ?? 0, tag).text}</b>
            </button>`,
          )}
        </div>
        <input
          type="search"
          class="control"
          placeholder=${messages.search}
          aria-label=${messages.search}
          aria-keyshortcuts="/"
          autocomplete="off"
          spellcheck="false"
          enterkeyhint="search"
          .value=${search}
          @input=${this.#typed}
        />
        ${
          this.#data.labels.size === 0 && filter.labels.length === 0
            ? nothing
            : html`<label-menu
                .labels=${this.#data.labels}
                .chosen=${filter.labels}
                @labelchange=${({ detail }: CustomEvent<string>) => this.#filter(withLabel(filter, detail))}
              ></label-menu>`
        }
        <select class="control" aria-label=${messages.sort} @change=${this.#sorted}>
          ${HOST_SORTS.map((sort) => html`<option value=${sort} ?selected=${sort === filter.sort}>${messages.sorts[sort]}</option>`)}
        </select>
        ${
          this.isChoosing
            ? html`<span class="choosing">
                  <button type="button" class="control main" data-compare ?disabled=${this.chosen.size < 2}>
                    ${messages.compareChosen(count)} <span class="hint">${messages.upTo(String(MOST_COMPARED))}</span>
                  </button>
                  <button type="button" class="control" data-cancel>${messages.cancel}</button>
                </span>`
            : html`<button type="button" class="control" data-choose>
                  ${messages.compare} <span class="hint">${messages.upTo(String(MOST_COMPARED))}</span>
                </button>`
        }
      </div>
    `;
  }

  #hostsView(messages: HostOverviewMessages): TemplateResult {
    const hosts = this.#list?.hosts ?? new Map();
    const isStale = this.staleSinceMs !== null;
    const { ids, groups } = this.#data;
    return html`
      <div
        class="hosts"
        @pointermove=${this.#reading}
        @keydown=${this.#reading}
        @pointerleave=${this.#leftRows}
        @openhost=${({ detail }: CustomEvent<string>) => this.#open(detail)}
        @choosehost=${({ detail }: CustomEvent<string>) => this.#choose(detail)}
        @seehosts=${({ detail }: CustomEvent<readonly string[]>) => this.#readings?.see(detail)}
        @sorthosts=${({ detail }: CustomEvent<HostFilter['sort']>) => this.#filter({ ...this.#filterNow, sort: detail })}
      >
        ${groups.length === 0 ? nothing : html`<host-field .groups=${groups} .hosts=${hosts} .context=${this.#context}></host-field>`}
        ${
          ids.length === 0
            ? html`<p class="nothing">
                ${messages.nothingFound} <button type="button" class="control" @click=${this.#clear}>${messages.clear}</button>
              </p>`
            : hosts.size <= FEW
              ? html`<host-cards ?stale=${isStale} .ids=${ids} .hosts=${hosts} .context=${this.#context}></host-cards>`
              : html`<host-rows
                  ?stale=${isStale}
                  ?dense=${hosts.size >= MANY}
                  .ids=${ids}
                  .hosts=${hosts}
                  .sort=${this.#filterNow.sort}
                  .context=${this.#context}
                ></host-rows>`
        }
      </div>
    `;
  }

  get #words(): Words {
    return {
      language: this.#language,
      messages: hostOverviewMessages(this.#language),
      // Of what is not heard of, it is not known whether it goes on.
      nowMs: this.staleSinceMs ?? Date.now(),
      nameOf: this.#data.nameOf,
      commonReason: this.#data.commonReason,
    };
  }

  get #filterNow(): HostFilter {
    return readHostFilter(new URLSearchParams(this.state?.view.value.filter));
  }

  #emptyText(messages: HostOverviewMessages): string {
    const refusal = this.#list?.refusal.value ?? null;
    if (refusal !== null) return translate(refusal, this.#language.messages);
    const { welcome, token } = this.state?.connection ?? {};
    if (welcome?.value?.hostCount !== 0) return messages.loading;
    // The agent does not tell whether it has no host, or none that the token allows.
    return token?.value === undefined ? messages.noHosts : messages.noHostsForToken;
  }

  readonly #hrefOf = (id: string): string => {
    const view = this.state?.view.value;
    return view === undefined ? '' : writeView({ ...view, page: 'host', host: id, search: '' });
  };

  #href(filter: HostFilter): string {
    const view = this.state?.view.value;
    return view === undefined
      ? ''
      : writeView({ ...view, page: 'hosts', filter: filterText(filter), search: '' });
  }

  #open(id: string): void {
    this.state?.view.step({ page: 'host', host: id });
  }

  #filter(filter: HostFilter): void {
    this.state?.view.change({ filter: filterText(filter) });
  }

  readonly #clear = (): void => {
    this.state?.view.change({
      filter: filterText({ ...EVERY_HOST, sort: this.#filterNow.sort }),
      search: '',
    });
  };

  #choose(id: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id) && chosen.size < MOST_COMPARED) chosen.add(id);
    this.chosen = chosen;
    this.isChoosing = true;
  }

  readonly #sorted = ({ target }: Event): void => {
    const sort =
      target instanceof HTMLSelectElement ? HOST_SORTS.find((one) => one === target.value) : undefined;
    if (sort !== undefined) this.#filter({ ...this.#filterNow, sort });
  };

  readonly #typed = ({ target }: Event): void => {
    this.#cancelTyping();
    this.#cancelTyping = browserClock.schedule(() => {
      if (target instanceof HTMLInputElement) this.state?.view.change({ search: target.value.trim() });
    }, TYPING_MS);
  };

  /** In the sentence and among the controls. */
  readonly #clicked = (event: MouseEvent): void => {
    const [target] = event.composedPath();
    if (!(target instanceof Element) || isForBrowser(event)) return;
    const { host, marks, mark, ...rest } = target.closest<HTMLElement>('a, button')?.dataset ?? {};
    if (host !== undefined) this.#open(host);
    else if (marks !== undefined)
      this.#filter({ ...EVERY_HOST, marks: marks.split(',').flatMap((one) => markNamed(one) ?? []) });
    else if (mark !== undefined) {
      const named = markNamed(mark);
      if (named !== undefined) this.#filter(withMark(this.#filterNow, named));
    } else if ('choose' in rest) this.isChoosing = true;
    else if ('cancel' in rest) {
      this.isChoosing = false;
      this.chosen = new Set();
    } else if ('compare' in rest) this.state?.view.step({ page: 'compare', compare: [...this.chosen] });
    else return;
    event.preventDefault();
  };

  readonly #changed = ({ ids, isNews, isOtherSet }: HostChanges): void => {
    for (const id of ids) this.#outdated.add(id);
    this.#isNews ||= isNews;
    this.#isOtherSet ||= isOtherSet;
    this.#flushSoon();
  };

  #flushSoon(): void {
    if (this.#cancelFlush !== null) return;
    const sinceMs = browserClock.now() - this.#flushedMs;
    this.#cancelFlush = browserClock.schedule(
      this.#flush,
      this.#isNews ? Math.max(0, FLUSH_MS - sinceMs) : FLUSH_MS,
    );
  }

  /** Only what is outdated, unless there is news. */
  readonly #flush = (): void => {
    this.#cancelFlush = null;
    this.#flushedMs = browserClock.now();
    if (this.#isNews) {
      const before = this.#announcement;
      this.requestUpdate();
      void this.#announce(before);
    } else {
      this.renderRoot.querySelector('host-rows')?.refresh(this.#outdated);
      this.renderRoot.querySelector('host-cards')?.refresh();
    }
    this.#outdated.clear();
  };

  async #announce(before: string): Promise<void> {
    await this.updateComplete;
    if (before !== '' && before !== this.#announcement) this.said = this.#announcement;
  }

  get #announcement(): string {
    const { unwell, well } = this.#data;
    return unwell.length + well.length === 0 ? '' : headlineOf(unwell, well, this.#words).announcement;
  }

  /** Rows must not move under the pointer or the focus of somebody who uses it. */
  get #isBeingRead(): boolean {
    const rows = this.renderRoot.querySelector('host-rows, host-cards');
    return rows?.matches(':hover, :focus-within') === true && browserClock.now() - this.#readMs < READING_MS;
  }

  readonly #reading = (): void => {
    this.#readMs = browserClock.now();
  };

  readonly #leftRows = (): void => this.requestUpdate();

  readonly #tick = (): void => {
    this.#cancelTick = browserClock.schedule(this.#tick, TICK_MS);
    this.requestUpdate();
  };

  #follow(): void {
    this.#leave();
    const { state: dashboard } = this;
    if (dashboard === null || !this.isConnected) return;
    const { connection, view } = dashboard;
    const update = (): void => this.requestUpdate();
    const list = hostListOf(connection);
    this.#list = list;
    this.#isNews = true;
    this.#isOtherSet = true;
    this.#readings = new HostReadings(connection, (id) => {
      this.#outdated.add(id);
      this.#flushSoon();
    });
    this.#readings.start();
    this.#undo = [
      list.follow(this.#changed),
      list.refusal.onChange(update),
      view.onChange(update),
      connection.status.follow(({ state: name }) => {
        if (name === 'connected') this.staleSinceMs = null;
        else if (name !== 'connecting') this.staleSinceMs ??= Date.now();
        this.requestUpdate();
      }),
    ];
    this.#cancelTick = browserClock.schedule(this.#tick, TICK_MS);
  }

  #leave(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#readings?.stop();
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#cancelTick();
    this.#cancelTyping();
  }
}

function filterText(filter: HostFilter): string {
  return writeHostFilter(filter).join('&');
}

function markNamed(name: string): HostMark | undefined {
  return HOST_MARKS.find((mark) => mark === name);
}

declare global {
  interface HTMLElementTagNameMap {
    'host-overview': HostOverview;
  }
}
