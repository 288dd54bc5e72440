import { spokenIn, type Language } from '../locales/languages.ts';
import type { TimeSpan } from '../state/time-span.ts';

type FixedSpan = Exclude<TimeSpan, 'points'>;

interface DashboardMessages {
  readonly embed: string;
  readonly more: string;
  readonly theme: string;
  readonly layout: string;
  readonly sendMoment: string;
  readonly saveCsv: string;
  readonly savePng: string;
  readonly wall: string;
  readonly top: string;
  readonly pullForNewest: string;
  readonly letGo: string;
  readonly timeShown: string;
  readonly spans: Readonly<Record<FixedSpan, string>>;
  readonly longSpans: DashboardMessages['spans'];
  readonly seconds: (count: string) => string;
  /** What ends now, by its length: `Live, 20 s`. */
  readonly live: (length: string) => string;
  readonly past: string;
  readonly keptSince: (span: string, since: string) => string;
  readonly keptSinceOnly: (since: string) => string;
  readonly noHistory: string;
  /** Of a host that another agent samples. */
  readonly noHistoryHere: string;
  readonly hosts: string;
  readonly allHosts: string;
  readonly search: string;
  readonly chartsWith: (words: string) => string;
  readonly allCharts: string;
  readonly pause: string;
  readonly paused: string;
  readonly pausedBehind: (newer: string) => string;
  readonly goOn: string;
  readonly liveAgain: string;
  readonly backToLive: string;
  /** The same, as short as it can be. */
  readonly present: string;
  readonly showing: (range: string) => string;
  readonly favourites: string;
  readonly favourite: (label: string) => string;
  readonly shortcuts: string;
}

const en: DashboardMessages = {
  embed: 'Embed',
  more: 'More',
  theme: 'Theme',
  layout: 'Layout',
  sendMoment: 'Send this moment',
  saveCsv: 'Save as CSV',
  savePng: 'Save as picture',
  wall: 'Show on a wall',
  top: 'To the top of the page',
  pullForNewest: 'Pull for the newest',
  letGo: 'Let go for the newest',
  timeShown: 'Time shown',
  spans: {
    '1m': '1 min',
    '5m': '5 min',
    '15m': '15 min',
    '1h': '1 h',
    '6h': '6 h',
    '24h': '24 h',
    '7d': '7 d',
    '30d': '30 d',
    '1y': '1 y',
  },
  longSpans: {
    '1m': '1 minute',
    '5m': '5 minutes',
    '15m': '15 minutes',
    '1h': '1 hour',
    '6h': '6 hours',
    '24h': '24 hours',
    '7d': '7 days',
    '30d': '30 days',
    '1y': '1 year',
  },
  seconds: (count) => `${count} s`,
  live: (length) => `Live, ${length}`,
  past: 'Past',
  keptSince: (span, since) => `${span} (kept since ${since})`,
  keptSinceOnly: (since) => `Kept since ${since}.`,
  noHistory: 'This agent keeps no history.',
  noHistoryHere: 'No history of this host is kept here: its own agent may keep one.',
  hosts: 'Hosts',
  allHosts: 'All hosts',
  search: 'Search',
  chartsWith: (words) => `Charts with “${words}”`,
  allCharts: 'All charts',
  pause: 'Pause',
  paused: 'Paused',
  pausedBehind: (newer) => `Paused · ${newer} newer`,
  goOn: 'Go on',
  liveAgain: 'Live again',
  backToLive: 'Back to live',
  present: 'Live',
  showing: (range) => `Showing ${range}`,
  favourites: 'Favourites',
  favourite: (label) => `Favourite: ${label}`,
  shortcuts: 'Keys and gestures',
};

const zhHans: DashboardMessages = {
  embed: '嵌入',
  more: '更多',
  theme: '主题',
  layout: '布局',
  sendMoment: '发送此刻',
  saveCsv: '另存为 CSV',
  savePng: '另存为图片',
  wall: '大屏显示',
  top: '返回页首',
  pullForNewest: '下拉查看最新数据',
  letGo: '松开查看最新数据',
  timeShown: '显示时长',
  spans: {
    '1m': '1 分',
    '5m': '5 分',
    '15m': '15 分',
    '1h': '1 时',
    '6h': '6 时',
    '24h': '24 时',
    '7d': '7 天',
    '30d': '30 天',
    '1y': '1 年',
  },
  longSpans: {
    '1m': '1 分钟',
    '5m': '5 分钟',
    '15m': '15 分钟',
    '1h': '1 小时',
    '6h': '6 小时',
    '24h': '24 小时',
    '7d': '7 天',
    '30d': '30 天',
    '1y': '1 年',
  },
  seconds: (count) => `${count} 秒`,
  live: (length) => `实时 ${length}`,
  past: '过去',
  keptSince: (span, since) => `${span}（自 ${since} 起有记录）`,
  keptSinceOnly: (since) => `自 ${since} 起有记录。`,
  noHistory: '此代理程序不保存历史。',
  noHistoryHere: '此处不保存该主机的历史，其自身的代理程序可能保存。',
  hosts: '主机',
  allHosts: '所有主机',
  search: '搜索',
  chartsWith: (words) => `包含“${words}”的图表`,
  allCharts: '所有图表',
  pause: '暂停',
  paused: '已暂停',
  pausedBehind: (newer) => `已暂停 · ${newer} 个更新的样本`,
  goOn: '继续',
  liveAgain: '已恢复实时',
  backToLive: '返回实时',
  present: '实时',
  showing: (range) => `正在显示 ${range}`,
  favourites: '收藏',
  favourite: (label) => `收藏：${label}`,
  shortcuts: '快捷键与手势',
};

/** Texts of the dashboard around the panel: embedded panels do not carry them. */
export function dashboardMessages(language: Language): DashboardMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
