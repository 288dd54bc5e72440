import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

interface LaneMessages {
  /** By the length of the lane in hours. */
  readonly last: Readonly<Record<number, string>>;
  readonly pressure: string;
  readonly cpu: string;
  readonly caption: (stretch: string, what: string) => string;
  readonly summary: (caption: string, most: string, time: string) => string;
  readonly frame: string;
  readonly keys: string;
  readonly paused: (range: string) => string;
  readonly happened: string;
  readonly more: (label: string, others: Counted) => string;
  readonly at: (label: string, time: string) => string;
  readonly historyBegins: (time: string) => string;
  readonly agentStarted: (time: string) => string;
  readonly notKept: string;
  readonly separator: string;
}

const en: LaneMessages = {
  last: {
    1: 'last hour',
    24: 'last day',
    168: 'last week',
    720: 'last 30 days',
    8760: 'last year',
    43800: 'last 5 years',
  },
  pressure: 'highest pressure',
  cpu: 'CPU busy',
  caption: (stretch, what) => `${stretch}, ${what}`,
  summary: (caption, most, time) => `${caption}: at most ${most}, at ${time}`,
  frame: 'Time shown',
  keys: 'Arrow keys move it, plus and minus zoom, End or Escape goes back to live',
  paused: (range) => `Paused, ${range}`,
  happened: 'What happened',
  more: (label, { text }) => `${label}, and ${text} more`,
  at: (label, time) => `${label}, ${time}`,
  historyBegins: (time) => `History begins ${time}`,
  agentStarted: (time) => `Agent started ${time}`,
  notKept: 'Not kept',
  separator: '; ',
};

const zhHans: LaneMessages = {
  last: {
    1: '最近 1 小时',
    24: '最近 1 天',
    168: '最近 1 周',
    720: '最近 30 天',
    8760: '最近 1 年',
    43800: '最近 5 年',
  },
  pressure: '最高压力',
  cpu: 'CPU 占用',
  caption: (stretch, what) => `${stretch}，${what}`,
  summary: (caption, most, time) => `${caption}：最高 ${most}，${time}`,
  frame: '显示的时段',
  keys: '方向键移动，加减号缩放，End 或 Escape 返回实时',
  paused: (range) => `已暂停，${range}`,
  happened: '发生的事件',
  more: (label, { text }) => `${label}，另有 ${text} 项`,
  at: (label, time) => `${label}，${time}`,
  historyBegins: (time) => `历史始于 ${time}`,
  agentStarted: (time) => `代理程序启动于 ${time}`,
  notKept: '未保存',
  separator: '；',
};

export function laneMessages(language: Language): LaneMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
