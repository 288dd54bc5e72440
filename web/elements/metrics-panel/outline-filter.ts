import { translate } from '../../locales/agent-texts.ts';
import type { Words } from '../../locales/en.ts';
import type { Outline, PlacedSeries, Section } from './outline.ts';

/**
 * What of an outline is called by all words of `search`, wherever they stand in a name or title; the outline itself for none.
 * @param texts of the reader's language; what the agent says itself is found in any
 */
export function filterOutline(outline: Outline, search: string, texts: Words): Outline {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return outline;
  const hasAll = (...names: (string | undefined)[]): boolean => {
    const translated = names.map((name) => name && translate(name, texts));
    const text = [...names, ...translated].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const isHit = ({ series: { name, label, group, instance } }: PlacedSeries): boolean =>
    hasAll(name, label, group, instance);
  const sections = outline.sections.map((section): Section => {
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
    headlines: outline.headlines.filter(isHit),
    details: outline.details.filter(isHit),
    sections: sections.filter(({ chartCount, tables }) => chartCount + tables.length > 0),
  };
}
