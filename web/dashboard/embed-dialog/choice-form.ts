import { html, nothing, type TemplateResult } from 'lit';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { keyedList } from '../../elements/keyed-list.ts';
import { formatReading } from '../../locales/format.ts';
import { labelOf } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import { HISTORY_SPANS } from '../../state/time-span.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import { embedDialogMessages } from './embed-dialog-messages.ts';
import { presetsOf } from './presets.ts';
import { DEFAULT_CHOICE, type PanelChoice } from './snippet.ts';

const MIN_POINTS = 2;
const MAX_POINTS = 900;

export interface ChoiceForm {
  readonly choice: PanelChoice;
  readonly catalogue: readonly MetricDescriptor[];
  readonly filter: string;
  /** Whether the agent keeps a history, so that more time than it holds in memory can be shown. */
  readonly isKept: boolean;
  choose(part: Partial<PanelChoice>): void;
  setFilter(filter: string): void;
}

/** The fields that make a `PanelChoice`. */
export function choiceFormView(form: ChoiceForm, language: Language): TemplateResult {
  const { choice, choose } = form;
  const messages = embedDialogMessages(language);
  const pointsChanged = ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return;
    const points = Math.min(
      MAX_POINTS,
      Math.max(MIN_POINTS, Math.trunc(target.valueAsNumber) || DEFAULT_CHOICE.points),
    );
    target.value = String(points);
    choose({ points });
  };
  return html`
    <form @submit=${(event: Event) => event.preventDefault()}>
      ${metricsView(form, language)}
      <div class="fields">
        ${selectView(messages.charts, messages.together, choice.together, (together) => choose({ together }))}
        <label
          >${messages.thresholds}
          <input
            type="text"
            inputmode="decimal"
            placeholder="80,90"
            .value=${choice.thresholds}
            @change=${({ target }: Event) => {
              if (target instanceof HTMLInputElement) choose({ thresholds: target.value.trim() });
            }}
          />
        </label>
        ${selectView(messages.layout, messages.layouts, choice.layout, (layout) => choose({ layout }))}
        ${selectView(messages.theme, messages.themes, choice.theme, (theme) => choose({ theme }))}
        ${
          form.isKept
            ? selectView(messages.window, windowsOf(language), choice.window, (window) => choose({ window }))
            : nothing
        }
        ${
          choice.window === ''
            ? html`<label
          >${messages.points}
          <input
            type="number"
            min=${MIN_POINTS}
            max=${MAX_POINTS}
            .value=${String(choice.points)}
            @change=${pointsChanged}
          />
        </label>`
            : nothing
        }
      </div>
    </form>
  `;
}

function windowsOf(language: Language): Readonly<Record<string, string>> {
  const { longSpans } = dashboardMessages(language);
  const windows = HISTORY_SPANS.map((span) => [span, longSpans[span]] as const);
  return { '': embedDialogMessages(language).points, ...Object.fromEntries(windows) };
}

function metricsView(form: ChoiceForm, language: Language): TemplateResult {
  const { choice, catalogue, filter, setFilter } = form;
  const messages = embedDialogMessages(language);
  const wanted = filter.trim().toLowerCase();
  const found = catalogue.filter((metric) =>
    [metric.name, metric.label, labelOf(metric, language.messages)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  return html`
    <fieldset>
      <legend>${messages.metrics} <span class="count">${messages.chosen(formatReading(choice.metrics.length, 'count', language.tag))}</span></legend>
      ${chosenView(form, language)}
      <input
        type="search"
        placeholder=${messages.filter}
        aria-label=${messages.filter}
        .value=${filter}
        @input=${({ target }: Event) => {
          if (target instanceof HTMLInputElement) setFilter(target.value);
        }}
      />
      <div class="metrics">
        ${keyedList(
          found,
          ({ name }) => name,
          (metric) => metricView(metric, form, language),
        )}
        ${found.length === 0 ? html`<p>${messages.nothingFound}</p>` : nothing}
      </div>
    </fieldset>
  `;
}

/** What is chosen, in its order, with a button that removes it; and what is ready-made. */
function chosenView(
  { choice: { metrics }, catalogue, choose }: ChoiceForm,
  language: Language,
): TemplateResult {
  const messages = embedDialogMessages(language);
  const labelOfName = (name: string): string => {
    const metric = catalogue.find((one) => one.name === name);
    return metric === undefined ? name : labelOf(metric, language.messages);
  };
  return html`
    <ul class="chosen">
      ${metrics.map((name) => {
        const label = labelOfName(name);
        return html`<li>
          <span>${label}</span>
          <button
            type="button"
            aria-label=${messages.remove(label)}
            @click=${() => choose({ metrics: metrics.filter((one) => one !== name) })}
          >
            ×
          </button>
        </li>`;
      })}
    </ul>
    <div class="presets" role="group" aria-label=${messages.presets}>
      <span>${messages.presets}</span>
      ${presetsOf(catalogue).map(
        ({ name, choice }) =>
          html`<button type="button" data-preset=${name} @click=${() => choose(choice)}>
            ${messages.presetNames[name]}
          </button>`,
      )}
    </div>
  `;
}

function metricView(
  metric: MetricDescriptor,
  { choice: { metrics }, choose }: ChoiceForm,
  language: Language,
): TemplateResult {
  const { name } = metric;
  const isChosen = metrics.includes(name);
  const toggle = (): void =>
    choose({ metrics: isChosen ? metrics.filter((one) => one !== name) : [...metrics, name] });
  return html`
    <label>
      <input type="checkbox" .checked=${isChosen} @change=${toggle} />
      <span>${labelOf(metric, language.messages)}</span> <code>${name}</code>
    </label>
  `;
}

function selectView<Value extends string>(
  label: string,
  options: Readonly<Record<Value, string>>,
  chosen: Value,
  choose: (value: Value) => void,
): TemplateResult {
  const isOption = (value: string): value is Value => Object.hasOwn(options, value);
  const changed = ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement && isOption(target.value)) choose(target.value);
  };
  return html`
    <label
      >${label}
      <select @change=${changed}>
        ${Object.entries<string>(options).map(
          ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
        )}
      </select>
    </label>
  `;
}
