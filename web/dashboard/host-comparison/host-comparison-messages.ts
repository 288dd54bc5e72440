import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  all: 'All hosts',
  title: (metric: string) => `${metric}, compared`,
  metric: 'Metric',
  time: 'Time shown',
  hosts: ({ text, plural }: Counted) => (plural === 'one' ? `${text} host` : `${text} hosts`),
  remove: (label: string) => `Do not compare ${label}`,
};
const zhHans: typeof en = {
  all: '所有主机',
  title: (metric) => `${metric}对比`,
  metric: '指标',
  time: '显示时长',
  hosts: ({ text }) => `${text} 台主机`,
  remove: (label) => `不再对比 ${label}`,
};

export function hostComparisonMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
