import { translate } from '../../../locales/agent-texts.ts';
import type { Messages } from '../../../locales/en.ts';
import { groupOf, type PanelLayout, type PlacedSeries, type Section, type Table } from '../panel-layout.ts';

const DIGEST_LENGTH = 8;
const DIGEST_OF_WHOLE = 4;

/** Groups charts and tables by subject, in the order in which the subjects first appear. */
export function sectionsOf(details: readonly PlacedSeries[], tables: readonly Table[]): Section[] {
  const titles = new Set([...details.map((one) => groupOf(one.series)), ...tables.map(({ group }) => group)]);
  return [...titles].map((title) =>
    sectionOf(
      title,
      details.filter((one) => groupOf(one.series) === title),
      tables.filter(({ group }) => group === title),
    ),
  );
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

/**
 * Keeps the charts and tables whose names or titles contain every word of `search`. Returns `layout` itself for an empty search.
 * @param texts the reader's language; the agent's own English matches as well
 */
export function filterPanelLayout(layout: PanelLayout, search: string, texts: Messages): PanelLayout {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return layout;
  const hasAll = (...names: (string | undefined)[]): boolean => {
    const translated = names.map((name) => name && translate(name, texts));
    const text = [...names, ...translated].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const isHit = ({ series: { name, label, group, instance }, combined }: PlacedSeries): boolean =>
    hasAll(name, label, group, instance, ...(combined?.series ?? []).map((one) => one.label));
  const sections = layout.sections.map((section): Section => {
    const { title } = section;
    const whole = section.whole.filter(isHit);
    const instances = new Map(
      [...section.instances]
        .map(([instance, series]) => [instance, series.filter(isHit)] as const)
        .filter(([, series]) => series.length > 0),
    );
    const chartCount = [...instances.values()].reduce((sum, { length }) => sum + length, whole.length);
    const tables = section.tables.filter(({ name, label }) => hasAll(title, name, label));
    return { ...section, whole, instances, tables, chartCount };
  });
  return {
    headlines: layout.headlines.filter(isHit),
    details: layout.details.filter(isHit),
    sections: sections.filter(({ chartCount, tables }) => chartCount + tables.length > 0),
  };
}
