import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { AlertView } from '../../../shared/protocol/messages.ts';
import { browserClock } from '../../browser/browser-clock.ts';
import { only } from '../../browser/documents.ts';
import { enterLayer } from '../../browser/layers.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatCount } from '../../locales/format.ts';
import { isFiring } from '../../state/alerts.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { alertColours } from '../alert-colours.styles.ts';
import { askForNotices, noticeSupport } from '../alert-notices/notice-support.ts';
import { AgentAlerts, AlertRefusal, type AlertsAnswer, type Rule } from './agent-alerts.ts';
import { alertListMessages, type AlertListMessages } from './alert-list-messages.ts';
import { styles } from './alert-list.styles.ts';
import { clockTime, type Words } from './alert-words.ts';
import { channelsView, type TestOutcome } from './channels-view.ts';
import { nowView } from './now-view.ts';
import { PAST_SPANS_MS, pastView } from './past-view.ts';
import { rulesView, type Refused } from './rules-view.ts';

const TABS = ['now', 'past', 'rules', 'channels'] as const;
type Tab = (typeof TABS)[number];

const RETRY_MS = 5000;
const PAST_LIMIT = 200;
/** The agent's clock may be ahead. */
const AHEAD_MS = 60_000;
/** Least time around an alert in the charts. */
const AROUND_MS = 300_000;
const ALERTS_OFF = 'alerts_off';

/**
 * What fires and what did, the rules and the channels, in a layer over the page; who may can acknowledge, silence, test and change rules.
 * @fires {CustomEvent<AlertView>} showincharts - The reader wants to see an alert in the charts, whose time is set already
 */
@element('alert-list')
export class AlertList extends OwnElement {
  static override styles = [tokens, alertColours, styles];

  @property({ attribute: false }) state: DashboardState | null = null;

  @state() private isOpen = false;
  @state() private tab: Tab = 'now';
  /** `null` before the first. */
  @state() private answer: AlertsAnswer | null = null;
  /** Why there is no newer answer. */
  @state() private failure: AlertRefusal | null = null;
  @state() private isLoading = false;
  @state() private span = 0;
  @state() private silencing: string | null = null;
  @state() private editing: string | null = null;
  @state() private removing: string | null = null;
  /** What the agent refused last, and of what. */
  @state() private refused: (Refused & { readonly id: string }) | null = null;
  @state() private tests: ReadonlyMap<string, TestOutcome> = new Map();

  readonly #language = new LanguageController(this);
  readonly #agent = new AgentAlerts(
    new URL('.', document.baseURI).href,
    () => this.state?.connection.token.value,
  );
  #undo: readonly (() => void)[] = [];
  #cancelRetry: () => void = () => {};
  /** Counts requests: an answer that was overtaken is dropped. */
  #asked = 0;

  async show(): Promise<void> {
    if (this.isOpen) return;
    this.isOpen = true;
    this.#follow();
    void this.#load();
    await this.updateComplete;
    this.#dialog.showModal();
    this.#undo = [...this.#undo, enterLayer(this.#dialog, this.#close)];
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

  get #messages(): AlertListMessages {
    return alertListMessages(this.#language);
  }

  get #nowMs(): number {
    return this.state?.time.nowMs ?? Date.now();
  }

  get #words(): Words {
    const catalogue = this.state?.hosts.catalogue ?? [];
    return { language: this.#language, messages: this.#messages, catalogue, nowMs: this.#nowMs };
  }

  /** Another agent evaluates the alerts of the shown host, and keeps all else about them. */
  get #isElsewhere(): boolean {
    return this.state?.hosts.shown?.status !== undefined;
  }

  /** As the panel is told them; without that, as of the last answer. */
  get #active(): readonly AlertView[] {
    const { alerts } = this.state ?? {};
    return alerts?.value
      ? alerts.active
      : (this.answer?.alerts.filter(({ state: one }) => one !== 'ended') ?? []);
  }

  #body(): TemplateResult {
    const messages = this.#messages;
    const firing = this.#active.filter((alert) => isFiring(alert)).length;
    return html`
      <div class="top">
        <h2 id="title" tabindex="-1" autofocus>${messages.title}</h2>
        <button type="button" class="close" aria-label=${messages.close} @click=${this.#close}>×</button>
      </div>
      <div class="tabs" role="tablist" aria-labelledby="title" @keydown=${this.#tabKey}>
        ${(this.#isElsewhere ? TABS.slice(0, 1) : TABS).map(
          (tab) => html`<button
            type="button"
            role="tab"
            id=${`tab-${tab}`}
            aria-selected=${tab === this.tab ? 'true' : 'false'}
            aria-controls="panel"
            tabindex=${tab === this.tab ? 0 : -1}
            @click=${() => this.#choose(tab)}
          >
            ${messages.tabs[tab]}${tab === 'now' && firing > 0 ? html` <span class="count">${formatCount(firing, this.#language.tag).text}</span>` : nothing}
          </button>`,
        )}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby=${`tab-${this.tab}`} aria-busy=${this.isLoading ? 'true' : 'false'} tabindex="0">
        ${this.#notices()} ${this.#content()}
      </div>
    `;
  }

  /** What holds for every tab: it is not live, the file is not in force, the reader may only look. */
  #notices(): TemplateResult {
    const { answer, failure } = this;
    const messages = this.#messages;
    const staleMs = this.state?.alerts.staleSinceMs.value ?? null;
    const problem = answer?.fileProblem ?? null;
    const isOff = failure?.code === ALERTS_OFF;
    return html`
      ${this.#isElsewhere ? html`<p class="note">${messages.elsewhere}</p>` : nothing}
      ${staleMs === null ? nothing : html`<p class="note" role="status">${messages.stale(clockTime(staleMs, this.#words))}</p>`}
      ${failure === null || (staleMs !== null && failure.status === 0) ? nothing : html`<p class="note" role="status">${isOff ? messages.off : failure.message || messages.failed}</p>`}
      ${problem === null ? nothing : html`<p class="note bad" role="status">${messages.fileProblem(sentence(problem))}</p>`}
      ${
        answer === null || answer.mayWrite
          ? nothing
          : html`<p class="note">${messages.mayNot} <code>metrics-panel token create --may alerts:write</code></p>`
      }
    `;
  }

  #content(): TemplateResult | typeof nothing {
    const { answer } = this;
    if (answer === null && (this.tab !== 'now' || this.state?.alerts.value === null))
      return this.failure === null && !this.#isElsewhere
        ? html`<p class="empty">${this.#messages.loading} …</p>`
        : nothing;
    switch (this.tab) {
      case 'now':
        return this.#now();
      case 'past':
        return this.#past();
      case 'rules':
        return this.#rules();
      case 'channels':
        return this.#channels();
    }
  }

  #now(): TemplateResult {
    const { answer } = this;
    const agent = this.#agent;
    return nowView({
      words: this.#words,
      active: this.#active,
      rules: answer?.rules ?? [],
      silences: answer?.silences ?? [],
      mayWrite: answer?.mayWrite ?? false,
      hostLabelOf: this.#hostLabelOf,
      silencing: this.silencing,
      problemOf: (id) => (this.refused?.id === id ? this.refused.text : null),
      acknowledge: ({ id }) => void this.#act(id, async () => agent.acknowledge(id)),
      beginSilence: (alert) => {
        this.silencing = alert?.id ?? null;
        this.refused = null;
      },
      silence: ({ id, rule, host, metric }, choice) =>
        void this.#act(id, async () => {
          await agent.silence({ rule, host, ...(metric === null ? {} : { metric }), ...choice });
          this.silencing = null;
        }),
      endSilence: ({ id }) => void this.#act(id, async () => agent.endSilence(id)),
      showInCharts: this.#showInCharts,
    });
  }

  #past(): TemplateResult {
    const ended = this.answer?.alerts.filter(({ state: one }) => one === 'ended') ?? [];
    return pastView({
      words: this.#words,
      ended,
      isCut: this.answer?.more ?? false,
      span: this.span,
      showMore: () => {
        this.span += 1;
        void this.#load();
      },
      // Only of others: that of the page is known.
      hostLabelOf: (id) => (id === this.state?.hosts.shown?.id ? '' : id),
      showInCharts: this.#showInCharts,
    });
  }

  #rules(): TemplateResult {
    const { answer } = this;
    const agent = this.#agent;
    return rulesView({
      words: this.#words,
      rules: answer?.rules ?? [],
      channels: answer?.channels ?? [],
      mayWrite: answer?.mayWrite ?? false,
      editing: this.editing,
      removing: this.removing,
      refusalOf: ({ name }: Rule) => (this.refused?.id === name ? this.refused : null),
      edit: (rule) => {
        const left = this.editing;
        this.editing = rule?.name ?? null;
        this.removing = null;
        this.refused = null;
        if (rule === null && left !== null) void this.#focusOn(left);
      },
      write: ({ name }, source) =>
        void this.#act(name, async () => {
          await agent.writeRule(name, source);
          this.editing = null;
        }),
      reset: ({ name }) =>
        void this.#act(name, async () => {
          await agent.resetRule(name);
          this.removing = null;
        }),
      askToRemove: ({ name }) => {
        this.removing = name;
      },
    });
  }

  #channels(): TemplateResult {
    const { answer } = this;
    return channelsView({
      words: this.#words,
      channels: answer?.channels ?? [],
      mayWrite: answer?.mayWrite ?? false,
      support: noticeSupport(),
      isNotified: this.state?.notices.value ?? false,
      testOf: ({ name }) => this.tests.get(name) ?? null,
      test: ({ name }) => void this.#test(name),
      notify: (isOn) => void this.#notify(isOn),
    });
  }

  readonly #hostLabelOf = (id: string): string => {
    const { shown } = this.state?.hosts ?? {};
    return shown?.id === id ? shown.label : id;
  };

  get #showInCharts(): ((alert: AlertView) => void) | null {
    const time = this.state?.time;
    if (time?.value.isKept !== true) return null;
    return (alert) => {
      const { sinceMs, firedMs, endedMs } = alert;
      const endMs = endedMs ?? this.#nowMs;
      const aroundMs = Math.max(AROUND_MS, (endMs - sinceMs) / 2);
      this.#close();
      time.show({ fromMs: sinceMs - aroundMs, toMs: endMs + aroundMs }, firedMs ?? sinceMs);
      this.state?.pause.resume();
      this.dispatchEvent(new CustomEvent('showincharts', { detail: alert }));
    };
  }

  async #test(name: string): Promise<void> {
    const say = (outcome: TestOutcome): void => {
      this.tests = new Map(this.tests).set(name, outcome);
    };
    say('under way');
    try {
      say({ error: await this.#agent.test(name) });
    } catch (error) {
      say({ error: this.#textOf(error) });
    }
    await this.#load();
  }

  async #notify(isOn: boolean): Promise<void> {
    this.state?.notices.choose(isOn && (await askForNotices()));
    this.requestUpdate();
  }

  /** Does something at the agent, shows its refusal at `id`, and what has changed. */
  async #act(id: string, work: () => Promise<unknown>): Promise<void> {
    this.refused = null;
    try {
      await work();
    } catch (error) {
      const field = error instanceof AlertRefusal ? error.field : undefined;
      this.refused = { id, text: this.#textOf(error), field };
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return;
    }
    await this.#load();
    await this.#focusOn(id);
  }

  #textOf(error: unknown): string {
    return (error instanceof Error && error.message) || this.#messages.failed;
  }

  /** Moves the focus to what was changed, if the button that did it is gone. */
  async #focusOn(id: string): Promise<void> {
    await this.updateComplete;
    if (this.shadowRoot?.activeElement instanceof HTMLButtonElement) return;
    const item = this.renderRoot.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    (item ?? this.renderRoot.querySelector<HTMLElement>('#panel'))?.focus({ preventScroll: true });
  }

  async #load(): Promise<void> {
    const agent = this.#agent;
    const host = this.state?.hosts.shown?.id;
    this.#cancelRetry();
    if (!this.isOpen) return;
    if (this.#isElsewhere) {
      this.answer = null;
      this.failure = null;
      return;
    }
    this.#asked += 1;
    this.isLoading = true;
    const asked = this.#asked;
    try {
      if (host === undefined) throw new AlertRefusal('');
      const nowMs = this.#nowMs;
      const answer = await agent.read({
        host,
        fromMs: nowMs - (PAST_SPANS_MS[this.span] ?? 0),
        toMs: nowMs + AHEAD_MS,
        limit: PAST_LIMIT,
      });
      if (asked !== this.#asked) return;
      this.answer = answer;
      this.failure = null;
      this.isLoading = false;
    } catch (error) {
      if (asked !== this.#asked) return;
      this.failure = error instanceof AlertRefusal ? error : new AlertRefusal('');
      this.isLoading = false;
      if (this.failure.code !== ALERTS_OFF)
        this.#cancelRetry = browserClock.schedule(() => void this.#load(), RETRY_MS);
    }
  }

  #follow(): void {
    if (this.state === null) return;
    const { alerts, hosts } = this.state;
    let key = changeKey(alerts.value);
    this.#undo = [
      // Durations grow.
      hosts.sample.onChange(() => this.requestUpdate()),
      alerts.staleSinceMs.onChange(() => this.requestUpdate()),
      alerts.onChange((value) => {
        this.requestUpdate();
        const next = changeKey(value);
        if (next === key) return;
        key = next;
        void this.#load();
      }),
    ];
  }

  #choose(tab: Tab): void {
    this.tab = tab;
    this.silencing = null;
    this.editing = null;
    this.removing = null;
    this.refused = null;
  }

  readonly #tabKey = (event: KeyboardEvent): void => {
    const at = TABS.indexOf(this.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const tab = to === undefined ? undefined : TABS.at(to % TABS.length);
    if (tab === undefined) return;
    event.preventDefault();
    this.#choose(tab);
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus(),
    );
  };

  readonly #close = (): void => this.#dialog.close();

  readonly #closed = (): void => {
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#cancelRetry();
    this.isOpen = false;
    this.tests = new Map();
    this.span = 0;
    this.#choose('now');
  };

  readonly #clicked = ({ target }: Event): void => {
    if (target === this.#dialog) this.#close();
  };
}

/** With the full stop that a part of a sentence lacks. */
function sentence(text: string): string {
  return /[.!?。]$/.test(text) ? text : `${text}.`;
}

/** Changes when more than a value has. */
function changeKey(alerts: readonly AlertView[] | null): string {
  return (alerts ?? [])
    .map(({ id, state: one, acknowledgedMs, silencedUntilMs }) =>
      [id, one, acknowledgedMs, silencedUntilMs].join(' '),
    )
    .join();
}

declare global {
  interface HTMLElementTagNameMap {
    'alert-list': AlertList;
  }
  interface HTMLElementEventMap {
    showincharts: CustomEvent<AlertView>;
  }
}
