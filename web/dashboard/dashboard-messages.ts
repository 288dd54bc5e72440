import { spokenIn, type Language } from '../locales/languages.ts';
import type { TimeSpan } from '../state/view.ts';

interface DashboardMessages {
  readonly embed: string;
  readonly timeShown: string;
  readonly spans: Readonly<Record<TimeSpan, { readonly short: string; readonly long: string }>>;
  readonly search: string;
  readonly pause: string;
  readonly paused: string;
  readonly pausedBehind: (newer: string) => string;
  readonly goOn: string;
  readonly liveAgain: string;
  readonly favourites: string;
  readonly favourite: (label: string) => string;
  readonly shortcuts: string;
}

const en: DashboardMessages = {
  embed: 'Embed',
  timeShown: 'Time shown',
  spans: {
    points: { short: '20', long: '20 points' },
    '1m': { short: '1 min', long: '1 minute' },
    '5m': { short: '5 min', long: '5 minutes' },
    '15m': { short: '15 min', long: '15 minutes' },
  },
  search: 'Search metrics',
  pause: 'Pause',
  paused: 'Paused',
  pausedBehind: (newer) => `Paused · ${newer} newer`,
  goOn: 'Go on',
  liveAgain: 'Live again',
  favourites: 'Favourites',
  favourite: (label) => `Favourite: ${label}`,
  shortcuts: 'Keys and gestures',
};

const zhHans: DashboardMessages = {
  embed: '嵌入',
  timeShown: '显示时长',
  spans: {
    points: { short: '20', long: '20 个点' },
    '1m': { short: '1 分', long: '1 分钟' },
    '5m': { short: '5 分', long: '5 分钟' },
    '15m': { short: '15 分', long: '15 分钟' },
  },
  search: '搜索指标',
  pause: '暂停',
  paused: '已暂停',
  pausedBehind: (newer) => `已暂停 · ${newer} 个更新的样本`,
  goOn: '继续',
  liveAgain: '已恢复实时',
  favourites: '收藏',
  favourite: (label) => `收藏：${label}`,
  shortcuts: '快捷键与手势',
};

/** Texts of the dashboard around the panel: embedded panels do not carry them. */
export function dashboardMessages(language: Language): DashboardMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
