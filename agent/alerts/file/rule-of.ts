import { metricUnit, unknownMetric } from '../../sampling/known-names.ts';
import type { AlertRule, Condition, Direction, Reading } from '../alert-rule.ts';
import type { Path, PathProblem } from './problem.ts';
import type { WrittenRule } from './schema.ts';
import { quantityIn, type Quantity } from './units.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Of the threshold, where nothing is said about when it clears. */
const CLEAR_SHARE = 0.05;
const DEFAULT_OVER_MS = 3 * HOUR_MS;
const DEFAULT_WITHIN_MS = 4 * HOUR_MS;

const READINGS = ['mean', 'max', 'min', 'change'] as const;
const EVENTS = { increases: 'increase', rebooted: 'reboot', unheard: 'unheard' } as const;
/** Conditions by the keys that make them. */
const KINDS = {
  threshold: ['above', 'below', 'clear', ...READINGS],
  forecast: ['reaches', 'falls_to', 'within', 'over'],
  when: ['when'],
} as const;
type Kind = keyof typeof KINDS;
const ALL_KINDS: readonly Kind[] = ['threshold', 'forecast', 'when'];

/**
 * A rule as the engine needs it.
 * @param base the shipped rule of that name, which `written` changes
 */
export function ruleOf(
  name: string,
  written: WrittenRule,
  base: AlertRule | undefined,
): AlertRule | readonly PathProblem[] {
  return new RuleReader(name, written, base).read();
}

class RuleReader {
  readonly #name: string;
  readonly #written: WrittenRule;
  readonly #base: AlertRule | undefined;
  readonly #path: Path;
  readonly #problems: PathProblem[] = [];
  #unit: { readonly of: string | null } | undefined;

  constructor(name: string, written: WrittenRule, base: AlertRule | undefined) {
    this.#name = name;
    this.#written = written;
    this.#base = base;
    this.#path = ['rules', name];
  }

  read(): AlertRule | readonly PathProblem[] {
    const written = this.#written;
    const base = this.#base;
    const condition = this.#condition();
    const metrics = this.#metrics(condition);
    if (condition === null || this.#problems.length > 0) return this.#problems;
    const forMs = written.for ?? base?.forMs ?? 0;
    return {
      name: this.#name,
      title: written.title ?? base?.title ?? titleOf(this.#name),
      severity: written.severity ?? base?.severity ?? 'trouble',
      hosts: written.hosts ?? base?.hosts ?? ['*'],
      metrics,
      condition,
      forMs,
      keepForMs: written.keep_for ?? base?.keepForMs ?? Math.max(forMs, MINUTE_MS),
      noDataForMs: written.no_data_for === undefined ? (base?.noDataForMs ?? null) : written.no_data_for,
      channels: written.channels ?? base?.channels ?? null,
      repeatMs: written.repeat ?? base?.repeatMs ?? 4 * HOUR_MS,
      repeatAtMost: written.repeat_at_most ?? base?.repeatAtMost ?? 6,
    };
  }

  #condition(): Condition | null {
    const kinds = ALL_KINDS.filter((kind) => KINDS[kind].some((key) => this.#written[key] !== undefined));
    const [kind, other] = kinds;
    if (other !== undefined && kind !== undefined) {
      const [one, two] = [this.#firstKey(kind), this.#firstKey(other)];
      return this.#refuse(
        two,
        `${one} and ${two} do not go together: a rule has one condition, so write two rules`,
      );
    }
    if (kind === undefined) {
      if (this.#base !== undefined) return this.#base.condition;
      return this.#refuse(
        null,
        'it does not say when: add above, below, reaches, falls_to, or when: increases, rebooted or unheard',
      );
    }
    if (kind === 'threshold') return this.#threshold();
    return kind === 'forecast' ? this.#forecast() : this.#event();
  }

  #threshold(): Condition | null {
    const { above, below, clear } = this.#written;
    const before = this.#base?.condition.kind === 'threshold' ? this.#base.condition : null;
    if (above !== undefined && below !== undefined)
      return this.#refuse('below', 'above and below do not go together: write two rules');
    const direction: Direction | undefined =
      above === undefined ? (below === undefined ? before?.direction : 'below') : 'above';
    if (direction === undefined)
      return this.#refuse(null, `${this.#firstKey('threshold')} says nothing alone: add above or below`);
    const written = above ?? below;
    const threshold = written === undefined ? before?.threshold : this.#number(direction, written);
    const reading = this.#reading(before?.reading ?? { kind: 'value' });
    if (threshold === undefined || reading === null) return null;
    const side = direction === 'above' ? -1 : 1;
    let clearAt = threshold + side * Math.abs(threshold) * CLEAR_SHARE;
    // As far away as that of the shipped rule.
    if (before?.direction === direction) clearAt = threshold + before.clear - before.threshold;
    if (clear !== undefined) {
      const number = this.#number('clear', clear);
      if (number === undefined) return null;
      clearAt = number;
    }
    if ((clearAt - threshold) * side < 0) {
      const where = direction === 'above' ? 'below' : 'above';
      return this.#refuse(
        'clear',
        `it clears ${where} the threshold: give ${threshold} or ${where === 'below' ? 'less' : 'more'}`,
      );
    }
    return { kind: 'threshold', reading, direction, threshold, clear: clearAt };
  }

  #reading(before: Reading): Reading | null {
    const given = READINGS.filter((key) => this.#written[key] !== undefined);
    const [kind, other] = given;
    if (kind === undefined) return before;
    if (other !== undefined)
      return this.#refuse(other, `${kind} and ${other} do not go together: choose one`);
    const windowMs = this.#written[kind];
    return windowMs === undefined ? before : { kind, windowMs };
  }

  #forecast(): Condition | null {
    const { reaches, falls_to: fallsTo, within, over } = this.#written;
    const before = this.#base?.condition.kind === 'forecast' ? this.#base.condition : null;
    if (reaches !== undefined && fallsTo !== undefined)
      return this.#refuse('falls_to', 'reaches and falls_to do not go together: write two rules');
    const written = reaches ?? fallsTo;
    const level =
      written === undefined
        ? before?.level
        : this.#number(reaches === undefined ? 'falls_to' : 'reaches', written);
    if (level === undefined) {
      if (written !== undefined) return null;
      return this.#refuse(null, `${this.#firstKey('forecast')} says nothing alone: add reaches or falls_to`);
    }
    const direction =
      written === undefined ? (before?.direction ?? 'above') : reaches === undefined ? 'below' : 'above';
    return {
      kind: 'forecast',
      direction,
      level,
      withinMs: within ?? before?.withinMs ?? DEFAULT_WITHIN_MS,
      overMs: over ?? before?.overMs ?? DEFAULT_OVER_MS,
    };
  }

  #event(): Condition | null {
    const { when } = this.#written;
    return when === undefined ? null : { kind: EVENTS[when] };
  }

  #metrics(condition: Condition | null): readonly string[] {
    const written = this.#written.metric;
    if (condition === null) return [];
    if (condition.kind === 'reboot' || condition.kind === 'unheard') {
      if (written !== undefined)
        this.#refuse(
          'metric',
          `a rule with when: ${this.#written.when ?? condition.kind} watches the host: remove metric`,
        );
      return [];
    }
    const unknown = written?.find((pattern) => unknownMetric(pattern) !== null);
    if (unknown !== undefined) this.#refuse('metric', unknownMetric(unknown) ?? '');
    const metrics = written ?? this.#base?.metrics ?? [];
    if (metrics.length === 0)
      this.#refuse(null, 'it does not say what to watch: add metric, a name or a glob');
    return metrics;
  }

  #number(key: 'above' | 'below' | 'clear' | 'reaches' | 'falls_to', quantity: Quantity): number | undefined {
    this.#unit ??= this.#commonUnit();
    const number = quantityIn(quantity, this.#unit.of);
    if (typeof number === 'number') return number;
    this.#refuse(key, number);
    return undefined;
  }

  /** Of all metrics of the rule; `null` if they differ, or no metric is known by their names. */
  #commonUnit(): { readonly of: string | null } {
    const patterns = this.#written.metric ?? this.#base?.metrics ?? [];
    const [unit = null, ...others] = new Set(patterns.map((pattern) => metricUnit(pattern)));
    return { of: others.length === 0 ? unit : null };
  }

  #firstKey(kind: Kind): keyof WrittenRule {
    return KINDS[kind].find((key) => this.#written[key] !== undefined) ?? 'above';
  }

  #refuse(key: keyof WrittenRule | null, message: string): null {
    this.#problems.push({ path: key === null ? this.#path : [...this.#path, key], message });
    return null;
  }
}

/** `disk-soon-full` is `Disk soon full`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[-_.]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
