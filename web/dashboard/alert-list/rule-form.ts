import { html, nothing, type TemplateResult } from 'lit';
import { isRecord } from '../../../shared/protocol/wire-json.ts';
import { nameOf } from '../../locales/format.ts';
import type { Channel, Rule, RuleSource } from './agent-alerts.ts';
import { unitOf, type Words } from './alert-words.ts';
import type { Refused } from './rules-view.ts';
import { yamlDuration } from './yaml-duration.ts';

export interface RuleForm {
  readonly channels: readonly Channel[];
  readonly refused: Refused | null;
  save(source: RuleSource): void;
  cancel(): void;
}

/** A text of a rule: its key in alerts.yaml, and what it is now. */
interface Field {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  /** What stands behind it. */
  readonly unit: string;
  readonly isDuration: boolean;
}

/** The fields that most people change; what else a rule has stays as it is. */
export function ruleFormView(rule: Rule, form: RuleForm, words: Words): TemplateResult {
  const { messages } = words;
  const fields = fieldsOf(rule, words);
  const { channels, refused } = form;
  const isHere = ({ key }: Pick<Field, 'key'>): boolean => refused?.field === key;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement)
      form.save(sourceOf(rule, fields, channels, new FormData(event.currentTarget)));
  };
  const isElsewhere =
    refused !== null && !fields.some(isHere) && !['severity', 'channels'].some((key) => isHere({ key }));
  return html`
    <form class="rule" novalidate @submit=${submit}>
      <div class="fields">
        ${fields.map(
          (field, index) => html`<label
            >${field.label}
            <span class="field">
              <input
                name=${field.key}
                .value=${field.value}
                inputmode=${field.isDuration ? 'text' : 'decimal'}
                autocomplete="off"
                aria-invalid=${isHere(field) ? 'true' : 'false'}
                aria-describedby=${isHere(field) ? 'refused' : field.isDuration ? 'durations' : nothing}
                ?autofocus=${index === 0}
              />${field.unit === '' ? nothing : html`<span class="unit">${field.unit}</span>`}
            </span>
            ${isHere(field) ? refusedView(refused) : nothing}
          </label>`,
        )}
        <label
          >${messages.fields.severity}
          <select name="severity" ?autofocus=${fields.length === 0}>
            ${(['trouble', 'warning'] as const).map(
              (one) =>
                html`<option value=${one} ?selected=${one === rule.severity}>${messages.severities[one]}</option>`,
            )}
          </select>
          ${isHere({ key: 'severity' }) ? refusedView(refused) : nothing}
        </label>
      </div>
      ${fields.some(({ isDuration }) => isDuration) ? html`<p class="muted" id="durations">${messages.durations}</p>` : nothing}
      ${
        channels.length === 0
          ? nothing
          : html`<fieldset>
              <legend>${messages.fields.channels}</legend>
              ${channels.map(
                ({ name }) => html`<label class="check"
                  ><input type="checkbox" name="channels" value=${name} .checked=${rule.channels?.includes(name) ?? true} />${name}</label
                >`,
              )}
              ${isHere({ key: 'channels' }) ? refusedView(refused) : nothing}
            </fieldset>`
      }
      ${isElsewhere ? refusedView(refused) : nothing}
      <div class="actions">
        <button class="first">${messages.save}</button>
        <button type="button" @click=${form.cancel}>${messages.cancel}</button>
      </div>
    </form>
  `;
}

function refusedView(refused: Refused | null): TemplateResult {
  return html`<span class="problem" id="refused" role="alert">${refused?.text}</span>`;
}

function fieldsOf(rule: Rule, { messages: { fields }, catalogue }: Words): readonly Field[] {
  const { condition, forMs = 0, source } = rule;
  const metricUnit = unitOf(rule, catalogue);
  const unit =
    metricUnit === 'percent'
      ? '%'
      : metricUnit === 'bytes' || metricUnit === 'bytes/s'
        ? ''
        : nameOf(metricUnit);
  const written = isRecord(source) ? source : {};
  // As somebody has written it: `2 GB` rather than 2000000000.
  const quantity = (key: string, label: string, value: number): Field => {
    const own = written[key];
    const text = typeof own === 'string' || typeof own === 'number' ? String(own) : String(value);
    return { key, label, value: text, unit: /[^\d.\s-]/.test(text) ? '' : unit, isDuration: false };
  };
  const duration = (key: string, label: string, ms: number): Field => ({
    key,
    label,
    value: yamlDuration(ms),
    unit: '',
    isDuration: true,
  });
  switch (condition?.kind) {
    case 'threshold': {
      const isAbove = condition.direction === 'above';
      return [
        quantity(isAbove ? 'above' : 'below', isAbove ? fields.above : fields.below, condition.threshold),
        quantity('clear', fields.clear, condition.clear),
        duration('for', fields.for, forMs),
      ];
    }
    case 'forecast':
      return [
        quantity(condition.direction === 'below' ? 'falls_to' : 'reaches', fields.reaches, condition.level),
        duration('within', fields.within, condition.withinMs),
      ];
    case 'unheard':
      return [duration('for', fields.for, forMs)];
    default:
      return [];
  }
}

/** The rule as it is in alerts.yaml, with what the reader has changed. */
function sourceOf(
  rule: Rule,
  fields: readonly Field[],
  channels: readonly Channel[],
  form: FormData,
): RuleSource {
  const source: Record<string, unknown> = isRecord(rule.source) ? { ...rule.source } : {};
  for (const { key, value, isDuration } of fields) {
    const given = form.get(key);
    const text = typeof given === 'string' ? given.trim() : '';
    if (text === value) continue;
    // Empty: as it would be without the key.
    if (text === '') delete source[key];
    else source[key] = !isDuration && Number.isFinite(Number(text)) ? Number(text) : text;
  }
  const severity = form.get('severity');
  if (severity !== rule.severity) source['severity'] = severity;
  const chosen = form.getAll('channels');
  const before = channels.filter(({ name }) => rule.channels?.includes(name) ?? true);
  const isSame = chosen.length === before.length && before.every(({ name }) => chosen.includes(name));
  if (!isSame && chosen.length === channels.length) delete source['channels'];
  else if (!isSame) source['channels'] = chosen;
  return source;
}
