import { translate } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';
import type { PanelLayout, PlacedSeries, Section } from './panel-layout.ts';

/**
 * What of an layout is called by all  * of `search`, wherever they stand in a name or title; the layout itself for none.
 * @param texts of the reader's language; what the agent says itself is found in any
 */
export function filterPanelLayout(panelLayout: PanelLayout, search: string, texts: Messages): PanelLayout {
  const messages = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (messages.length === 0) return panelLayout;
  const hasAll = (...names: (string | undefined)[]): boolean => {
    const translated = names.map((name) => name && translate(name, texts));
    const text = [...names, ...translated].join(' ').toLowerCase();
    return messages.every((word) => text.includes(word));
  };
  const isHit = ({ series: { name, label, group, instance } }: PlacedSeries): boolean =>
    hasAll(name, label, group, instance);
  const sections = panelLayout.sections.map((section): Section => {
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
    headlines: panelLayout.headlines.filter(isHit),
    details: panelLayout.details.filter(isHit),
    sections: sections.filter(({ chartCount, tables }) => chartCount + tables.length > 0),
  };
}
