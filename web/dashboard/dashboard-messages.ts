import { spokenIn, type Language } from '../locales/languages.ts';
import type { TimeSpan } from './time-span.ts';

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
  readonly help: {
    readonly title: string;
    readonly close: string;
    readonly isOn: string;
    readonly wall: string;
    /** As `KeyboardEvent.key` names them, or as they are written on keyboards. */
    readonly keys: readonly (readonly [keys: readonly string[], meaning: string])[];
    readonly gestures: readonly (readonly [gesture: string, meaning: string])[];
  };
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
  help: {
    title: 'Keys and gestures',
    close: 'Close',
    isOn: 'Single keys are shortcuts',
    wall: 'Show on a wall',
    keys: [
      [['Space'], 'pause, and go on'],
      [['←', '→'], 'on a chart: the moment before and after'],
      [['Esc'], 'back to the present, and out of a stretch of time'],
      [['/'], 'search metrics'],
      [['1', '2', '3', '4'], 'time shown'],
      [['T'], 'next theme'],
      [['?'], 'this list'],
    ],
    gestures: [
      ['Point at a chart', 'the same moment on all charts'],
      ['Click on a chart', 'what ran at that moment'],
      ['Drag over a chart', 'that stretch of time on all charts; double click: back'],
      ['The buttons of a chart', 'it is a favourite and stands first; its times and values as a table'],
      ['The badge', 'round trip, clock and age of the newest sample'],
    ],
  },
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
  help: {
    title: '快捷键与手势',
    close: '关闭',
    isOn: '启用单键快捷键',
    wall: '大屏显示',
    keys: [
      [['Space'], '暂停、继续'],
      [['←', '→'], '在图表上：前一个、后一个时刻'],
      [['Esc'], '回到当前，退出所选时段'],
      [['/'], '搜索指标'],
      [['1', '2', '3', '4'], '显示时长'],
      [['T'], '下一个主题'],
      [['?'], '显示此列表'],
    ],
    gestures: [
      ['指向图表', '所有图表标出同一时刻'],
      ['点击图表', '查看该时刻运行的进程'],
      ['在图表上拖动', '所有图表显示该时段；双击返回'],
      ['图表的按钮', '收藏并置顶；以表格显示时间和值'],
      ['连接徽标', '往返时间、时钟和最新样本的时间'],
    ],
  },
};

/** Texts of the dashboard around the panel, which are in no page that embeds one. */
export function dashboardMessages(language: Language): DashboardMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
