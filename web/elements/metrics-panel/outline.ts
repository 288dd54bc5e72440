import type { Series, Subscribed } from '../../../shared/messages.ts';
import { translateSeries } from '../../locales/agent-texts.ts';
import type { Words } from '../../locales/en.ts';

const SERIES_COLORS = 4;
/** With it, of the agent's subjects those that stand beside each other have different colours. */
const COLOR_FACTOR = 2014;
const COLOR_SHIFT = 9;
const DIGEST_LENGTH = 8;
const DIGEST_OF_WHOLE = 4;

/** A series, where its values stand, and the number of its colour, 1 to 4; those of a group have the same, whatever stands beside them. */
export interface PlacedSeries {
  readonly series: Series;
  readonly column: number;
  readonly color: number;
}

export type Table = Subscribed['tables'][number];

/** What is about one subject. */
export interface Section {
  readonly title: string;
  /** Of the subject as a whole. */
  readonly whole: readonly PlacedSeries[];
  /** Of each of its things, by the name that people know. */
  readonly instances: ReadonlyMap<string, readonly PlacedSeries[]>;
  readonly tables: readonly Table[];
  readonly chartCount: number;
  /** A few that stand for all. */
  readonly digest: readonly PlacedSeries[];
}

/** How a panel arranges its charts. */
export interface Outline {
  /** Those that people look at first. */
  readonly headlines: readonly PlacedSeries[];
  /** The others, one after the other. */
  readonly details: readonly PlacedSeries[];
  /** The same by subject, in the order in which the subjects come. */
  readonly sections: readonly Section[];
}

/** Arranges anew only when the series, the tables or the words for them are others. */
export function outlineMemo(): (
  series: readonly Series[],
  tables: readonly Table[],
  words: Words,
) => Outline {
  let last: {
    readonly series: readonly Series[];
    readonly tables: readonly Table[];
    readonly words: Words;
    readonly outline: Outline;
  } | null = null;
  return (series, tables, words) => {
    if (last?.series !== series || last.tables !== tables || last.words !== words) {
      last = { series, tables, words, outline: outlineOf(translateSeries(series, words), tables) };
    }
    return last.outline;
  };
}

export function outlineOf(series: readonly Series[], tables: readonly Table[]): Outline {
  const placed = series.map((one, column) => ({
    series: one,
    column,
    color: colorOf(groupOf(one)),
  }));
  const details = placed.filter((one) => !isHeadline(one.series));
  const titles = new Set([...details.map((one) => groupOf(one.series)), ...tables.map(({ group }) => group)]);
  return {
    headlines: placed.filter((one) => isHeadline(one.series)),
    details,
    sections: [...titles].map((title) =>
      sectionOf(
        title,
        details.filter((one) => groupOf(one.series) === title),
        tables.filter(({ group }) => group === title),
      ),
    ),
  };
}

function sectionOf(title: string, members: readonly PlacedSeries[], tables: readonly Table[]): Section {
  const whole = members.filter((one) => one.series.instance === undefined);
  const instances = new Map<string, PlacedSeries[]>();
  for (const one of members) {
    if (one.series.instance === undefined) continue;
    const known = instances.get(one.series.instance);
    if (known === undefined) instances.set(one.series.instance, [one]);
    else known.push(one);
  }
  const firsts = [...instances.values()].flatMap(([first]) => first ?? []);
  const digest = [...whole.slice(0, DIGEST_OF_WHOLE), ...firsts].slice(0, DIGEST_LENGTH);
  return { title, whole, instances, tables, chartCount: members.length, digest };
}

/** The agent says so, or the name, which has no dot then (docs/decisions/0008). */
export function isHeadline({ name, headline = false }: Pick<Series, 'name' | 'headline'>): boolean {
  return headline || !name.includes('.');
}

/** By the name alone: by the place it would be another in each panel. */
function colorOf(group: string): number {
  let hash = 0;
  for (const character of group.toLowerCase())
    hash = (Math.imul(hash, COLOR_FACTOR) + (character.codePointAt(0) ?? 0)) >>> 0;
  return ((hash >>> COLOR_SHIFT) % SERIES_COLORS) + 1;
}

/** An older agent tells no group: `memory.used` is about `memory`. */
function groupOf({ group, name }: Series): string {
  return group ?? name.split('.', 1)[0] ?? name;
}
