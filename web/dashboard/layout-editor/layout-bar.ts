import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { enterLayer } from '../../browser/layers.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { labelOf } from '../../locales/agent-texts.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import type { BoardLayout, LayoutCard } from '../../state/layouts.ts';
import { saveFile } from '../save-charts.ts';
import { keyOf, type Place } from './apply-layout.ts';
import { styles } from './layout-bar.styles.ts';
import type { LayoutEditing } from './layout-editing.ts';
import { MOST_BYTES, readLayout, writeLayout } from './layout-file.ts';
import { layoutMessages } from './layout-messages.ts';

const ARRANGEMENTS = ['lines', 'stacked', 'mirrored'] as const;
type Arrangement = (typeof ARRANGEMENTS)[number];

/** Above the board while it is arranged: the views of the reader, what can be added to the shown one, and what is hidden in it. */
@element('layout-bar')
export class LayoutBar extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) state: DashboardState | null = null;
  @property({ attribute: false }) editing: LayoutEditing | null = null;

  /** What the reader wants to add: `cpu.user+cpu.system`. */
  @state() private wanted = '';
  @state() private arrangement: Arrangement = 'lines';
  /** What is wrong with what was added or imported. */
  @state() private problem = '';
  /** What was done, beside what `editing` says. */
  @state() private done = '';

  readonly #language = new LanguageController(this);
  #undo: readonly (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('state') || changed.has('editing')) this.#follow();
  }

  override focus(): void {
    this.renderRoot.querySelector('select')?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state: shown, editing } = this;
    if (shown === null || editing === null) return nothing;
    const messages = this.#messages;
    const places = editing.places.value;
    const hidden = places.filter(({ isHidden, item }) => isHidden && item !== null);
    const missing = places.filter(({ item, isHidden }) => item === null && !isHidden);
    return html`
      <div class="row" role="group" aria-label=${messages.title}>${this.#views(shown)}</div>
      <form @submit=${this.#add}>${this.#addFields(shown)}</form>
      ${
        this.problem === ''
          ? html`<p>${messages.hint}</p>`
          : html`<p class="wrong" role="alert">${this.problem}</p>`
      }
      ${this.#list('hidden', messages.hidden, hidden, messages.show, (key) => editing.showAgain(key))}
      ${this.#list('missing', messages.notHere, missing, messages.removeChart, (key) => editing.remove(key))}
      <span class="said" role="status">${this.#said}</span>
    `;
  }

  get #messages(): ReturnType<typeof layoutMessages> {
    return layoutMessages(this.#language);
  }

  get #said(): string {
    const said = this.editing?.said.value ?? null;
    if (said === null) return this.done;
    const messages = this.#messages;
    return 'place' in said
      ? messages[said.what](said.title, said.place, said.count)
      : messages[said.what](said.title);
  }

  #views({ layouts }: DashboardState): TemplateResult {
    const messages = this.#messages;
    const { shown } = layouts;
    return html`
      <label
        >${messages.view}
        <select
          @change=${({ target }: Event & { target: HTMLSelectElement }) =>
            layouts.choose(layouts.value.views[target.selectedIndex - 1]?.name ?? null)}
        >
          <option .selected=${shown === null}>${messages.standard}</option>
          ${layouts.value.views.map(
            (view) => html`<option .selected=${view === shown}>${view.name}</option>`,
          )}
        </select></label
      >
      ${
        shown === null
          ? nothing
          : html`<input
                class="name"
                aria-label=${messages.name}
                maxlength="80"
                .value=${shown.name}
                @change=${({ target }: Event & { target: HTMLInputElement }) => {
                  layouts.rename(target.value);
                  target.value = layouts.shown?.name ?? '';
                }}
              />
              <button type="button" @click=${() => layouts.remove()}>${messages.remove}</button>`
      }
      <button type="button" @click=${() => this.#duplicate(layouts)}>${messages.duplicate}</button>
      <button type="button" .disabled=${layouts.before.value === null} @click=${() => layouts.undo()}>
        ${messages.undo}
      </button>
      <button type="button" .disabled=${shown === null} @click=${() => this.#export(shown)}>
        ${messages.export}
      </button>
      <button type="button" @click=${() => this.renderRoot.querySelector<HTMLElement>('[type="file"]')?.click()}>
        ${messages.import}
      </button>
      <input type="file" accept="application/json,.json" hidden aria-label=${messages.import} @change=${this.#import} />
      <button type="button" class="done end" @click=${() => layouts.isEditing.set(false)}>${messages.done}</button>
    `;
  }

  #addFields({ hosts }: DashboardState): TemplateResult {
    const messages = this.#messages;
    const before = this.wanted.slice(0, this.wanted.lastIndexOf('+') + 1);
    return html`
      <label for="add">${messages.add}</label>
      <input
        id="add"
        class="add"
        list="metrics"
        autocomplete="off"
        spellcheck="false"
        placeholder=${messages.addWhat}
        .value=${this.wanted}
        @input=${({ target }: Event & { target: HTMLInputElement }) => {
          this.wanted = target.value;
          this.problem = '';
        }}
      />
      <datalist id="metrics">
        ${hosts.catalogue.map(
          (one) =>
            html`<option value=${`${before}${one.name}`}>${labelOf(one, this.#language.messages)}</option>`,
        )}
      </datalist>
      ${
        before === ''
          ? nothing
          : html`<select
              aria-label=${messages.arrangement}
              @change=${({ target }: Event & { target: HTMLSelectElement }) => {
                this.arrangement = ARRANGEMENTS[target.selectedIndex] ?? 'lines';
              }}
            >
              ${ARRANGEMENTS.map(
                (one) =>
                  html`<option .selected=${one === this.arrangement}>${messages.arrangements[one]}</option>`,
              )}
            </select>`
      }
      <button>${messages.addButton}</button>
    `;
  }

  #list(
    id: string,
    title: string,
    places: readonly Place[],
    nameOf: (title: string) => string,
    act: (key: string) => void,
  ): TemplateResult | typeof nothing {
    if (places.length === 0) return nothing;
    return html`<div class="row">
      <p id=${id}>${title}</p>
      <ul aria-labelledby=${id}>
        ${places.map(
          ({ key, title: name }) =>
            html`<li>
              <button type="button" title=${nameOf(name)} aria-label=${nameOf(name)} @click=${() => act(key)}>${name}</button>
            </li>`,
        )}
      </ul>
    </div>`;
  }

  readonly #add = (event: Event): void => {
    event.preventDefault();
    const { editing, state: shown } = this;
    const metrics = this.wanted.replaceAll(/\s/g, '');
    if (editing === null || shown === null || metrics === '') return;
    const messages = this.#messages;
    const { catalogue } = shown.hosts;
    const isOne = catalogue.some(({ name }) => name === metrics);
    const names = isOne ? [metrics] : [...new Set(metrics.split('+'))];
    const found = names.map((name) => catalogue.find((one) => one.name === name));
    const unknown = names.find((_, index) => found[index] === undefined);
    const card: LayoutCard = {
      metrics: names.join('+'),
      arrangement: names.length > 1 ? this.arrangement : 'lines',
    };
    const there = editing.places.value.find(({ key }) => key === keyOf(card));
    this.problem =
      unknown !== undefined
        ? messages.noSuchMetric(unknown)
        : new Set(found.map((one) => one?.unit)).size > 1
          ? messages.otherUnits
          : there === undefined
            ? ''
            : messages.isThere(there.title);
    if (this.problem !== '') return;
    editing.add(card);
    this.wanted = '';
  };

  #duplicate(layouts: DashboardState['layouts']): void {
    const messages = this.#messages;
    const cards = this.editing?.places.value.map(({ card }) => card) ?? [];
    const { name, hidden } = layouts.shown ?? { name: messages.standard, hidden: [] };
    layouts.add({ v: 1, name: messages.copyOf(name), cards, hidden });
  }

  #export(layout: BoardLayout | null): void {
    if (layout === null) return;
    saveFile(new Blob([writeLayout(layout)], { type: 'application/json' }), layout.name, 'json');
  }

  readonly #import = async ({ target }: Event & { target: HTMLInputElement }): Promise<void> => {
    const [file] = target.files ?? [];
    if (file === undefined) return;
    const messages = this.#messages;
    try {
      // Not even read.
      if (file.size > MOST_BYTES) throw new Error(messages.tooLarge);
      const layout = readLayout(await file.text(), this.#language);
      this.state?.layouts.add(layout);
      this.problem = '';
      this.editing?.said.set(null);
      this.done = messages.imported(this.state?.layouts.shown?.name ?? layout.name);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    // The same file can be chosen again.
    target.value = '';
  };

  #follow(): void {
    this.#leave();
    if (this.state === null || this.editing === null || !this.isConnected) return;
    const { layouts, hosts } = this.state;
    const update = (): void => this.requestUpdate();
    this.#undo = [
      layouts.onChange(update),
      layouts.before.onChange(update),
      hosts.onChange(update),
      this.editing.places.onChange(update),
      this.editing.said.onChange(update),
      enterLayer(this, () => layouts.isEditing.set(false)),
    ];
    update();
  }

  #leave(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'layout-bar': LayoutBar;
  }
}
