import { groupOf, type PlacedSeries, type Section, type Table } from './panel-layout.ts';

const DIGEST_LENGTH = 8;
const DIGEST_OF_WHOLE = 4;

/** Arranges charts and tables by subject, in the order in which the subjects come. */
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
