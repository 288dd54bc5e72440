import { html, nothing, type TemplateResult } from 'lit';
import type { AlertView } from '../../../shared/protocol/messages.ts';
import { keyedList } from '../../elements/keyed-list.ts';
import { formatCount } from '../../locales/format.ts';
import { isFiring, isTrouble } from '../../state/alerts.ts';
import { severityShape } from '../alert-shapes.ts';
import { subjectOf, titleOf } from '../alert-subject.ts';
import { clockTime, courseOf, readingsOf, type Words } from './alert-words.ts';
import type { Rule, Silence } from './agent-alerts.ts';
import { silenceFormView, type SilenceChoice } from './silence-form.ts';

export interface NowView {
  readonly words: Words;
  /** Those that have not ended, the most urgent first. */
  readonly active: readonly AlertView[];
  readonly rules: readonly Rule[];
  readonly silences: readonly Silence[];
  readonly mayWrite: boolean;
  /** Names the host, where there are several. */
  hostLabelOf(id: string): string;
  /** Id of the alert whose silence is being chosen. */
  readonly silencing: string | null;
  /** The agent's last refusal, by the id of an alert or a silence. */
  problemOf(id: string): string | null;
  acknowledge(alert: AlertView): void;
  beginSilence(alert: AlertView | null): void;
  silence(alert: AlertView, choice: SilenceChoice): void;
  endSilence(silence: Silence): void;
  /** `null` where no past can be shown. */
  readonly showInCharts: ((alert: AlertView) => void) | null;
}

export function nowView(view: NowView): TemplateResult {
  const { words, active, rules, silences } = view;
  const { messages, language } = words;
  const firing = active.filter((alert) => isFiring(alert));
  const pending = active.filter((alert) => !isFiring(alert));
  const watching = rules.filter(({ isOff }) => !isOff).length;
  return html`
    ${
      firing.length === 0
        ? html`<div class="empty">
            <p><strong>${messages.nothing}</strong></p>
            <p>${watching === 0 ? messages.watchedBy : messages.watched(formatCount(watching, language.tag))}</p>
          </div>`
        : listView(firing, view)
    }
    ${pending.length === 0 ? nothing : html`<h3 class="group">${messages.pending}</h3>${listView(pending, view)}`}
    ${silences.length === 0 ? nothing : silencesView(view)}
  `;
}

function listView(alerts: readonly AlertView[], view: NowView): TemplateResult {
  return html`<ul class="alerts">
    ${keyedList(
      alerts,
      ({ id }) => id,
      (alert) => alertView(alert, view),
    )}
  </ul>`;
}

function alertView(alert: AlertView, view: NowView): TemplateResult {
  const { words, rules, hostLabelOf } = view;
  const { messages, language, catalogue } = words;
  const subject = subjectOf(alert, catalogue, language);
  const readings = readingsOf(
    alert,
    rules.find(({ name }) => name === alert.rule),
    words,
  );
  const isQuiet = alert.acknowledgedMs !== null || alert.silencedUntilMs !== null || !isFiring(alert);
  const problem = view.problemOf(alert.id);
  const time = (ms: number): string => clockTime(ms, words);
  return html`
    <li class="alert ${isTrouble(alert) ? 'trouble' : 'warning'} ${isQuiet ? 'quiet' : ''}" tabindex="-1" data-id=${alert.id}>
      ${severityShape(alert)}
      <div>
        <h3>${titleOf(alert, language)}</h3>
        <p class="subject">${[subject, hostLabelOf(alert.host)].filter((part) => part !== '').join(' · ')}</p>
        <p>
          <strong class="severity">${isTrouble(alert) ? messages.severities.trouble : messages.severities.warning}</strong>
          · ${courseOf(alert, words)}, ${messages.since(time(alert.firedMs ?? alert.sinceMs))}
        </p>
        ${
          readings.length === 0
            ? nothing
            : html`<dl class="reading">
                ${readings.map(
                  ([name, text]) =>
                    html`<div>
                      <dt>${name}</dt>
                      <dd>${text}</dd>
                    </div>`,
                )}
              </dl>`
        }
        ${alert.noDataSinceMs === null ? nothing : html`<p class="standing">${messages.noData(time(alert.noDataSinceMs))}</p>`}
        ${alert.acknowledgedMs === null ? nothing : html`<p class="standing">${messages.acknowledged(time(alert.acknowledgedMs))}</p>`}
        ${alert.silencedUntilMs === null ? nothing : html`<p class="standing">${messages.silencedUntil(time(alert.silencedUntilMs))}</p>`}
        ${view.silencing === alert.id ? silenceView(alert, view) : actionsView(alert, view)}
        ${problem === null ? nothing : html`<p class="problem" role="alert">${problem}</p>`}
      </div>
    </li>
  `;
}

function actionsView(alert: AlertView, view: NowView): TemplateResult | typeof nothing {
  const { messages, catalogue, language } = view.words;
  const name = [titleOf(alert, language), subjectOf(alert, catalogue, language)]
    .filter((part) => part !== '')
    .join(', ');
  const button = (text: string, act: () => void): TemplateResult =>
    html`<button type="button" aria-label=${messages.of(text, name)} @click=${act}>${text}</button>`;
  const { showInCharts, mayWrite } = view;
  const mayAcknowledge = mayWrite && isFiring(alert) && alert.acknowledgedMs === null;
  const maySilence = mayWrite && alert.silencedUntilMs === null;
  if (showInCharts === null && !mayWrite) return nothing;
  return html`<div class="actions">
    ${mayAcknowledge ? button(messages.acknowledge, () => view.acknowledge(alert)) : nothing}
    ${maySilence ? button(messages.silence, () => view.beginSilence(alert)) : nothing}
    ${showInCharts === null ? nothing : button(messages.inCharts, () => showInCharts(alert))}
  </div>`;
}

function silenceView(alert: AlertView, view: NowView): TemplateResult {
  return silenceFormView(
    {
      chosen: (choice) => view.silence(alert, choice),
      cancelled: () => view.beginSilence(null),
    },
    view.words,
  );
}

function silencesView(view: NowView): TemplateResult {
  const { words, silences, mayWrite } = view;
  const { messages, language } = words;
  return html`
    <h3 class="group">${messages.silences}</h3>
    <ul class="rows">
      ${keyedList(
        silences,
        ({ id }) => id,
        (silence) => {
          const { rule, metric, untilMs, comment } = silence;
          const title = titleOf(view.rules.find(({ name }) => name === rule) ?? { title: rule }, language);
          const what =
            [
              rule === '*' ? '' : title,
              metric === '*' ? '' : subjectOf({ metric }, words.catalogue, language),
            ]
              .filter((part) => part !== '')
              .join(': ') || messages.everything;
          const text = messages.silenceText(what, clockTime(untilMs, words));
          const problem = view.problemOf(silence.id);
          return html`<li>
            <div>
              <p>${text}</p>
              ${comment === '' ? nothing : html`<p class="muted">${comment}</p>`}
              ${problem === null ? nothing : html`<p class="problem" role="alert">${problem}</p>`}
            </div>
            ${
              mayWrite
                ? html`<button type="button" aria-label=${messages.of(messages.endSilence, what)} @click=${() => view.endSilence(silence)}>${messages.endSilence}</button>`
                : nothing
            }
          </li>`;
        },
      )}
    </ul>
  `;
}
