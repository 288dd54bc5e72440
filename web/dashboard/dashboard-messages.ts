import { spokenIn, type Language } from '../locales/languages.ts';
import type { TimeSpan } from '../state/time-span.ts';

interface DashboardMessages {
  readonly embed: string;
  readonly timeShown: string;
  readonly spans: Readonly<Record<TimeSpan, { readonly short: string; readonly long: string }>>;
  readonly liveSpans: string;
  readonly historySpans: string;
  readonly past: string;
  readonly keptSince: (span: string, since: string) => string;
  readonly noHistory: string;
  /** Of a host that another agent samples. */
  readonly noHistoryHere: string;
  readonly search: string;
  readonly pause: string;
  readonly paused: string;
  readonly pausedBehind: (newer: string) => string;
  readonly goOn: string;
  readonly liveAgain: string;
  readonly backToLive: string;
  readonly showing: (range: string) => string;
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
    '1h': { short: '1 h', long: '1 hour' },
    '6h': { short: '6 h', long: '6 hours' },
    '24h': { short: '24 h', long: '24 hours' },
    '7d': { short: '7 d', long: '7 days' },
    '30d': { short: '30 d', long: '30 days' },
    '1y': { short: '1 y', long: '1 year' },
  },
  liveSpans: 'Live',
  historySpans: 'History',
  past: 'In the past',
  keptSince: (span, since) => `${span} (kept since ${since})`,
  noHistory: 'This agent keeps no history.',
  noHistoryHere: 'No history of this host is kept here: its own agent may keep one.',
  search: 'Search metrics',
  pause: 'Pause',
  paused: 'Paused',
  pausedBehind: (newer) => `Paused · ${newer} newer`,
  goOn: 'Go on',
  liveAgain: 'Live again',
  backToLive: 'Back to live',
  showing: (range) => `Showing ${range}`,
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
    '1h': { short: '1 时', long: '1 小时' },
    '6h': { short: '6 时', long: '6 小时' },
    '24h': { short: '24 时', long: '24 小时' },
    '7d': { short: '7 天', long: '7 天' },
    '30d': { short: '30 天', long: '30 天' },
    '1y': { short: '1 年', long: '1 年' },
  },
  liveSpans: '实时',
  historySpans: '历史',
  past: '过去',
  keptSince: (span, since) => `${span}（自 ${since} 起有记录）`,
  noHistory: '此代理程序不保存历史。',
  noHistoryHere: '此处不保存该主机的历史，其自身的代理程序可能保存。',
  search: '搜索指标',
  pause: '暂停',
  paused: '已暂停',
  pausedBehind: (newer) => `已暂停 · ${newer} 个更新的样本`,
  goOn: '继续',
  liveAgain: '已恢复实时',
  backToLive: '返回实时',
  showing: (range) => `正在显示 ${range}`,
  favourites: '收藏',
  favourite: (label) => `收藏：${label}`,
  shortcuts: '快捷键与手势',
};

/** Texts of the dashboard around the panel: embedded panels do not carry them. */
export function dashboardMessages(language: Language): DashboardMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
