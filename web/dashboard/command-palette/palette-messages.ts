import { spokenIn, type Language } from '../../locales/languages.ts';
import type { Kind } from './entries.ts';

const en = {
  title: 'Search and commands',
  placeholder: 'Metric, process, host or command',
  close: 'Close',
  nothing: 'Nothing found',
  found: (count: string) => `${count} results`,
  groups: {
    recent: 'Recent',
    metric: 'Metrics',
    process: 'Processes',
    host: 'Hosts',
    command: 'Commands',
  } satisfies Record<Kind | 'recent', string>,
  onlyChartsWith: (words: string) => `Show only charts with “${words}”`,
  show: (span: string) => `Show ${span}`,
  pause: 'Pause, or back to live',
  themes: { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
  alerts: 'Alerts',
  view: (name: string) => `View: ${name}`,
  defaultView: 'Default',
};

const zhHans: typeof en = {
  title: '搜索与命令',
  placeholder: '指标、进程、主机或命令',
  close: '关闭',
  nothing: '没有找到',
  found: (count) => `${count} 个结果`,
  groups: { recent: '最近', metric: '指标', process: '进程', host: '主机', command: '命令' },
  onlyChartsWith: (words) => `仅显示包含“${words}”的图表`,
  show: (span) => `显示 ${span}`,
  pause: '暂停或返回实时',
  themes: { auto: '主题：跟随系统', light: '主题：浅色', dark: '主题：深色' },
  alerts: '告警',
  view: (name) => `视图：${name}`,
  defaultView: '默认',
};

/** The English ones are found in every language. */
export const englishPalette = en;

export function paletteMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
