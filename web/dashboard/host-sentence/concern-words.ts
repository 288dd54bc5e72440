import type { AlertView } from '../../../shared/protocol/messages.ts';
import { formatDuration, formatReading, write } from '../../locales/format.ts';
import { formatTimeOfDay } from '../../locales/format-moment.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import type { AttentionWords } from '../../state/attention-follower.ts';
import type { Matter } from '../../state/attention-matters.ts';
import type { Concern } from '../../state/attention.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { nameOf, titleOf } from '../alert-subject.ts';
import { concernMessages, type ConcernMessages } from './concern-messages.ts';

type Kinds = ConcernMessages['kinds'];

/** A container may be called anything. */
const LONGEST_NAME = 48;
const MEMORY_LOW = 'memory-low';

/** What is said of concerns, in the language that the page has now. */
export function concernWords(state: DashboardState, languageNow: () => Language): AttentionWords {
  const { hosts } = state;
  const nameOfAlert = (alert: AlertView): string => nameOf(alert, hosts.catalogue, languageNow());
  return {
    now: (matter, nowMs) => new Words(state, languageNow()).now(matter, nowMs),
    past: (matter) => new Words(state, languageNow()).past(matter),
    alert: nameOfAlert,
    own: (matter) => new Words(state, languageNow()).now(matter, matter.sinceMs).opening,
    gap: (reason) => {
      const { gaps } = languageNow().messages;
      return Object.entries(gaps).find(([name]) => name === reason)?.[1] ?? gaps.noSamples;
    },
  };
}

class Words {
  readonly #hosts: DashboardState['hosts'];
  readonly #language: Language;
  readonly #messages: ConcernMessages;

  constructor({ hosts }: DashboardState, language: Language) {
    this.#hosts = hosts;
    this.#language = language;
    this.#messages = concernMessages(language);
  }

  now(matter: Matter, nowMs: number): Concern {
    const { opening, clause, caption } = this.#textsOf(matter, nowMs);
    return {
      ...factsOf(matter),
      opening: this.#qualified(opening, matter),
      clause: this.#qualified(clause, matter),
      caption,
    };
  }

  past(matter: Matter): Concern {
    const { alert, sinceMs, endedMs } = matter;
    const messages = this.#messages;
    const name = alert === null ? '' : nameOf(alert, this.#hosts.catalogue, this.#language);
    const text =
      alert?.outcome === 'event'
        ? messages.event(name, this.#timeOf(sinceMs))
        : endedMs === null
          ? messages.begun(name, this.#timeOf(sinceMs))
          : messages.range(name, this.#timeOf(sinceMs), this.#timeOf(endedMs));
    return { ...factsOf(matter), opening: text, clause: text, caption: text };
  }

  #textsOf(matter: Matter, nowMs: number): Pick<Concern, 'opening' | 'clause' | 'caption'> {
    const { kind, alert, reading, line, metric, sinceMs, isBeginSeen } = matter;
    const kinds = this.#messages.kinds;
    if (!isKnownKind(kind, kinds) || reading === null) return this.#textsOfAlert(matter);
    const texts = kinds[kind];
    const unit = UNITS[kind] ?? 'percent';
    const duration = formatDuration(nowMs - sinceMs, this.#language.tag);
    const told = {
      name: this.#nameOf(metric, alert),
      reading: this.#number(reading, unit),
      line: line === null ? '' : this.#number(line, unit),
      duration: isBeginSeen ? duration : this.#messages.atLeast(duration),
      time: this.#timeOf(sinceMs),
      count: kind === 'oom-kill' && reading > 1 ? write(reading, {}, this.#language.tag) : null,
    };
    return {
      opening: texts.opening(told),
      clause: texts.clause(told),
      caption: (kind === MEMORY_LOW ? this.#available() : null) ?? texts.caption(told),
    };
  }

  /** Of an alert that is not one of the shipped, or has no number. */
  #textsOfAlert({ alert, sinceMs, metric, kind }: Matter): Pick<Concern, 'opening' | 'clause' | 'caption'> {
    const messages = this.#messages;
    const name =
      alert === null ? `${kind} ${metric ?? ''}` : nameOf(alert, this.#hosts.catalogue, this.#language);
    if (alert === null || alert.outcome === 'event') {
      const text = messages.event(name, this.#timeOf(sinceMs));
      return { opening: text, clause: text, caption: text };
    }
    const value = alert.value === null ? '' : formatReading(alert.value, alert.unit, this.#language.tag);
    const text = messages.alert(name, value);
    return { opening: text, clause: text, caption: messages.alert(titleOf(alert, this.#language), value) };
  }

  #qualified(text: string, { isMuted, alert, unknownSinceMs }: Matter): string {
    const { acknowledged, silenced, unknown } = this.#messages;
    const known = unknownSinceMs === null ? text : unknown(text, this.#timeOf(unknownSinceMs));
    if (!isMuted) return known;
    const untilMs = alert?.silencedUntilMs ?? null;
    return untilMs === null ? acknowledged(known) : silenced(known, this.#timeOf(untilMs));
  }

  /** `1.4 GiB of 31.2 GiB available` of the newest sample; `null` if that is not known. */
  #available(): string | null {
    const { tag } = this.#language;
    const sample = this.#hosts.sample.value;
    const valueOf = (metric: string): number | null =>
      sample?.values[sample.series.findIndex(({ name }) => name === metric)] ?? null;
    const [available, total] = [valueOf('memory.available'), valueOf('memory.total')];
    if (available === null || total === null) return null;
    return this.#messages.available(
      formatReading(available, 'bytes', tag),
      formatReading(total, 'bytes', tag),
    );
  }

  #nameOf(metric: string | null, alert: AlertView | null): string {
    const found = this.#hosts.catalogue.find(({ name }) => name === metric);
    const name =
      found?.instance === undefined
        ? (found?.label ?? metric ?? alert?.host ?? '')
        : translate(found.instance, this.#language.messages);
    return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  }

  /** Whole percents, rounded down: a disk with room for a byte is not 100 % full. */
  #number(value: number, unit: string): string {
    const { tag } = this.#language;
    if (unit === 'ms') return formatDuration(value, tag);
    if (unit === '') return write(value, { maximumFractionDigits: 1 }, tag);
    return `${write(Math.floor(value), {}, tag)} ${unit === 'percent' ? '%' : unit}`;
  }

  #timeOf(timeMs: number): string {
    return formatTimeOfDay(timeMs, this.#language.tag);
  }
}

/** What is not in percent. */
const UNITS: { readonly [Kind in keyof Kinds]?: string } = {
  'filesystem-soon-full': 'ms',
  load: '',
  'oom-kill': '',
  temperature: '°C',
};

function isKnownKind(kind: string, kinds: Kinds): kind is keyof Kinds {
  return Object.hasOwn(kinds, kind);
}

/** Which chart shows it: kills and loads have none of their own. */
function chartOf(metric: string | null): string | null {
  if (metric?.endsWith('.oomKills') === true) return 'memory';
  return metric === 'load.5' ? 'load' : metric;
}

function factsOf({ kind, level, metric, sinceMs, isMuted, unknownSinceMs }: Matter) {
  const isKnown = unknownSinceMs === null;
  return { kind, level, metric: chartOf(metric), sinceMs, isMuted: isMuted || !isKnown, isKnown };
}
