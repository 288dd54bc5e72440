import { html, nothing, type TemplateResult } from 'lit';
import type { AlertView } from '../../../shared/protocol/messages.ts';
import { keyedList } from '../../elements/keyed-list.ts';
import { formatCount, formatReading } from '../../locales/format.ts';
import { isTrouble } from '../../state/alerts.ts';
import { severityShape } from '../alert-shapes.ts';
import { nameOf } from '../alert-subject.ts';
import { clockTime, courseOf, type Words } from './alert-words.ts';

const DAY_MS = 86_400_000;
const NO_BREAK = '\u00A0';
/** How far back the list reaches, one step after another. */
export const PAST_SPANS_MS = [DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS] as const;

export interface PastView {
  readonly words: Words;
  /** Newest first. */
  readonly ended: readonly AlertView[];
  /** Whether the time has more than these. */
  readonly isCut: boolean;
  /** Index in `PAST_SPANS_MS`. */
  readonly span: number;
  showMore(): void;
  hostLabelOf(id: string): string;
  readonly showInCharts: ((alert: AlertView) => void) | null;
}

export function pastView({
  words,
  ended,
  isCut,
  span,
  showMore,
  hostLabelOf,
  showInCharts,
}: PastView): TemplateResult {
  const { messages, language, catalogue } = words;
  const { tag } = language;
  const spanText = messages.pastSpans[span] ?? '';
  const next = messages.pastSpans[span + 1];
  return html`
    ${
      ended.length === 0
        ? html`<p class="empty">${messages.nonePast(spanText)}</p>`
        : html`<h3 class="group">${messages.inLast(spanText)}</h3>
            <ol class="rows past">
              ${keyedList(
                ended,
                ({ id }) => id,
                (alert) => html`<li class=${isTrouble(alert) ? 'trouble' : 'warning'}>
                  ${severityShape(alert)}
                  <div>
                    <p>
                      <strong>${nameOf(alert, catalogue, language)}</strong>
                      <span class="said">${isTrouble(alert) ? messages.severities.trouble : messages.severities.warning}</span>
                    </p>
                    <p class="muted">
                      ${[
                        `${clockTime(alert.firedMs ?? alert.sinceMs, words)}, ${courseOf(alert, words)}`,
                        alert.worst === null
                          ? ''
                          : `${messages.worst} ${formatReading(alert.worst, alert.unit, tag)}`.replaceAll(
                              ' ',
                              NO_BREAK,
                            ),
                        hostLabelOf(alert.host),
                      ]
                        .filter((part) => part !== '')
                        .join(' · ')}
                    </p>
                  </div>
                  ${
                    showInCharts === null
                      ? nothing
                      : html`<button
                          type="button"
                          aria-label=${messages.of(messages.inCharts, nameOf(alert, catalogue, language))}
                          @click=${() => showInCharts(alert)}
                        >
                          ${messages.inCharts}
                        </button>`
                  }
                </li>`,
              )}
            </ol>`
    }
    ${isCut ? html`<p class="muted">${messages.tooMany(formatCount(ended.length, tag))}</p>` : nothing}
    ${next === undefined ? nothing : html`<button type="button" class="wide" @click=${showMore}>${messages.showMore(next)}</button>`}
  `;
}
