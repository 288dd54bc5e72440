import { html, nothing, type TemplateResult } from 'lit';
import type { TimeTicks } from '../../charts/time-ticks.ts';
import { formatCount } from '../../locales/format.ts';
import { formatTimeTick } from '../../locales/format-tick.ts';
import type { Language } from '../../locales/languages.ts';
import type { Fired, Mark } from '../../state/marks.ts';
import { groupMarks, placeWords, type MarkGroup, type Side } from './lane-labels.ts';
import { laneMessages } from './lane-messages.ts';
import type { LaneScale } from './lane-scale.ts';
import { momentText, type UnknownPart } from './lane-texts.ts';
import { shapeOf } from './mark-shape.ts';
import type { TextWidths } from './text-widths.ts';

/** CSS pixels. */
const LEAST_GAP = 2;
const LABEL_PADDING = 16;
const MOST_WORDS = 240;

export interface LaneContext {
  readonly scale: LaneScale;
  readonly language: Language;
  readonly widths: TextWidths;
}

/** Stretches of which nothing is known, hatched. */
export function unknownView(parts: readonly UnknownPart[], { scale }: LaneContext): unknown {
  return parts.map((part) => {
    const { left, right } = scale.endsOf(part);
    return right - left < LEAST_GAP
      ? nothing
      : html`<div class="unknown" title=${part.label} .style=${boxOf(left, right)}></div>`;
  });
}

/** Those that have room for their cause. */
export function roomyParts(
  parts: readonly UnknownPart[],
  { scale, widths }: LaneContext,
): readonly UnknownPart[] {
  return parts.filter((part) => {
    const { left, right } = scale.endsOf(part);
    return widths.of(part.label) + LABEL_PADDING <= right - left;
  });
}

export function causesView(parts: readonly UnknownPart[], { scale }: LaneContext): unknown {
  return parts.map(
    (part) =>
      html`<span class="cause" aria-hidden="true" .style=${placeAt(scale.endsOf(part).left)}
        >${part.label}</span
      >`,
  );
}

/** Bars of the times in which alerts fired. */
export function firedView(fired: readonly Fired[], { scale }: LaneContext): unknown {
  return fired.map(({ fromMs, toMs, level, label }) => {
    const { left, right } = scale.endsOf({ fromMs, toMs: toMs ?? scale.stretch.toMs });
    return right <= left
      ? nothing
      : html`<i class="fired ${level}" title=${label} .style=${boxOf(left, right)}></i>`;
  });
}

/** Times and marks, whose words are there where they have room. */
export interface LaneLabels {
  readonly groups: readonly MarkGroup[];
  readonly sides: readonly (Side | null)[];
  readonly times: readonly { readonly x: number; readonly width: number; readonly text: string | null }[];
}

/** @param leastPx distance of marks that are not one */
export function laneLabels(
  marks: readonly Mark[],
  ticks: TimeTicks,
  leastPx: number,
  { scale, language, widths }: LaneContext,
): LaneLabels {
  const groups = groupMarks(marks, scale.xOf, leastPx, scale.width);
  const times = ticks.times.map((timestampMs) => {
    const text = formatTimeTick(timestampMs, ticks.stepMs, language.tag);
    return { x: scale.xOf(timestampMs), width: widths.of(text), text };
  });
  const words = groups.map(({ marks: [{ label }] }) => Math.min(MOST_WORDS, widths.of(label)));
  const { sides, times: shown } = placeWords(groups, words, times, scale.width);
  return {
    groups,
    sides,
    times: times.map((time, index) => (shown[index] === true ? time : { ...time, text: null })),
  };
}

export function timesView({ times }: LaneLabels): unknown {
  return times.map(
    ({ x, width, text }) =>
      html`<i class="tick" .style=${placeAt(x)}></i>${
        text === null
          ? nothing
          : html`<span class="time" aria-hidden="true" .style=${placeAt(x - width / 2)}>${text}</span>`
      }`,
  );
}

/** @param focusable index of the group that Tab leads to */
export function marksView(
  { groups, sides }: LaneLabels,
  focusable: number,
  go: (group: MarkGroup) => void,
  language: Language,
): TemplateResult | typeof nothing {
  if (groups.length === 0) return nothing;
  return html`<ul aria-label=${laneMessages(language).happened}>
    ${groups.map((group, index) => {
      const { marks, x } = group;
      const [first] = marks;
      const side = sides[index] ?? null;
      const text = textOf(group, language);
      return html`<li .style=${placeAt(x)}>
        <button
          type="button"
          class="${first.level} ${side ?? ''}"
          title=${text}
          aria-label=${text}
          tabindex=${index === focusable ? 0 : -1}
          @click=${() => go(group)}
        >
          ${shapeOf(first)}${side === null ? nothing : html`<span>${first.label}</span>`}
        </button>
      </li>`;
    })}
  </ul>`;
}

/** `OOM kill: postgres, 14:51, and 2 more`. */
function textOf({ marks: [first, ...others] }: MarkGroup, language: Language): string {
  const messages = laneMessages(language);
  const text = messages.at(first.label, momentText(first.timestampMs, language));
  return others.length === 0 ? text : messages.more(text, formatCount(others.length, language.tag));
}

function placeAt(x: number): string {
  return `translate:${x.toFixed(1)}px`;
}

function boxOf(left: number, right: number): string {
  return `${placeAt(left)};width:${(right - left).toFixed(1)}px`;
}
