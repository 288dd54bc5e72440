import { html, nothing, type TemplateResult } from 'lit';
import { keyedList } from '../../elements/keyed-list.ts';
import { isTrouble } from '../../state/alerts.ts';
import { severityShape } from '../alert-shapes.ts';
import { titleOf } from '../alert-subject.ts';
import { ruleWords, type Words } from './alert-words.ts';
import type { Channel, Rule, RuleSource } from './agent-alerts.ts';
import { ruleFormView } from './rule-form.ts';

export interface Refused {
  readonly text: string;
  /** Of the rule that was sent; `undefined` if it is about the whole. */
  readonly field: string | undefined;
}

export interface RulesView {
  readonly words: Words;
  readonly rules: readonly Rule[];
  readonly channels: readonly Channel[];
  readonly mayWrite: boolean;
  /** Name of the rule that is being changed. */
  readonly editing: string | null;
  /** Name of the rule of which the reader is asked whether to remove it. */
  readonly removing: string | null;
  refusalOf(rule: Rule): Refused | null;
  edit(rule: Rule | null): void;
  write(rule: Rule, source: RuleSource | 'off'): void;
  /** Takes it out of alerts.yaml. */
  reset(rule: Rule): void;
  askToRemove(rule: Rule): void;
}

export function rulesView(view: RulesView): TemplateResult {
  const { rules, words } = view;
  if (rules.length === 0) return html`<p class="empty">${words.messages.noRules}</p>`;
  return html`
    <ul class="rules">
      ${keyedList(
        rules,
        ({ name }) => name,
        (rule) => ruleView(rule, view),
      )}
    </ul>
    <p class="muted">${words.messages.moreInDocs}</p>
  `;
}

function ruleView(rule: Rule, view: RulesView): TemplateResult {
  const { words, editing } = view;
  const { messages } = words;
  const title = titleOf(rule, words.language);
  const { fires, ends } = ruleWords(rule, words);
  const refused = view.refusalOf(rule);
  const origin = rule.isChanged ? messages.changed : rule.isDefault ? messages.default : messages.own;
  return html`
    <li class="${isTrouble(rule) ? 'trouble' : 'warning'} ${rule.isOff ? 'off' : ''}" tabindex="-1" data-id=${rule.name}>
      ${severityShape(rule)}
      <div>
        <h3>${title} <span class="tag">${origin}</span> ${rule.isOff ? html`<span class="tag">${messages.switchedOff}</span>` : nothing}</h3>
        ${
          rule.isOff
            ? nothing
            : html`<dl>
                ${rule.metrics === undefined || rule.metrics.length === 0 ? nothing : row(messages.watches, html`<code>${rule.metrics.join(', ')}</code>`)}
                ${row(messages.fires, fires)} ${ends === null ? nothing : row(messages.ends, ends)}
                ${row(messages.tells, tellsText(rule, view))}
              </dl>`
        }
        ${
          editing === rule.name
            ? ruleFormView(
                rule,
                {
                  channels: view.channels,
                  refused,
                  save: (source) => view.write(rule, source),
                  cancel: () => view.edit(null),
                },
                words,
              )
            : html`${view.mayWrite ? actionsView(rule, view) : nothing}
              ${refused === null ? nothing : html`<p class="problem" role="alert">${refused.text}</p>`}`
        }
      </div>
    </li>
  `;
}

function row(name: string, value: unknown): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function tellsText({ channels = null }: Rule, view: RulesView): string {
  const { messages, language } = view.words;
  if (view.channels.length === 0 || channels?.length === 0) return messages.noChannels;
  return channels === null ? messages.allChannels : channels.join(language.messages.separator.list);
}

function actionsView(rule: Rule, view: RulesView): TemplateResult {
  const { messages } = view.words;
  const button = (text: string, act: () => void): TemplateResult =>
    html`<button type="button" aria-label=${messages.of(text, titleOf(rule, view.words.language))} @click=${act}>${text}</button>`;
  const isTouched = rule.isChanged || rule.isOff;
  return html`<div class="actions">
    ${rule.isOff ? nothing : button(messages.edit, () => view.edit(rule))}
    ${rule.isDefault && !rule.isOff ? button(messages.switchOff, () => view.write(rule, 'off')) : nothing}
    ${rule.isDefault && isTouched ? button(messages.restore, () => view.reset(rule)) : nothing}
    ${
      rule.isDefault
        ? nothing
        : view.removing === rule.name
          ? button(messages.removeSure, () => view.reset(rule))
          : button(messages.remove, () => view.askToRemove(rule))
    }
  </div>`;
}
