import { spokenIn, type Language } from '../../locales/languages.ts';

interface ShortcutMessages {
  readonly close: string;
  readonly isOn: string;
  readonly wall: string;
  /** Named as on keyboards. */
  readonly keys: readonly (readonly [keys: readonly string[], meaning: string])[];
  /** On the page of all hosts. */
  readonly overviewKeys: ShortcutMessages['keys'];
  /** Where there are several hosts. */
  readonly hostKeys: ShortcutMessages['keys'];
  readonly gestures: readonly (readonly [gesture: string, meaning: string])[];
}

const en: ShortcutMessages = {
  close: 'Close',
  isOn: 'Single keys are shortcuts',
  wall: 'Show on a wall',
  keys: [
    [['Space'], 'pause, or back to live'],
    [['←', '→'], 'on a chart: the moment before or after'],
    [['Esc'], 'close the selected time, then undo each zoom'],
    [['/'], 'search metrics'],
    [['1', '…', '9', '0'], 'time shown: 20 points to 1 year'],
    [[',', '.'], 'earlier or later'],
    [['+', '-'], 'zoom in or out'],
    [['A'], 'alerts'],
    [['T'], 'next theme'],
    [['?'], 'this list'],
  ],
  overviewKeys: [
    [['/'], 'search hosts'],
    [['↑', '↓'], 'from host to host'],
    [['Home', 'End'], 'in the table: first host, last host'],
    [['Enter'], 'open the host'],
    [['Space'], 'in the table: choose the host to compare it'],
    [['T'], 'next theme'],
    [['?'], 'this list'],
  ],
  hostKeys: [
    [['H'], 'all hosts'],
    [['[', ']'], 'host before, next host'],
  ],
  gestures: [
    ['Point at a chart', 'the same moment on all charts'],
    ['Click on a chart', 'what ran at that moment'],
    [
      'Drag over a chart',
      'zoom all charts to that time; with a finger, press and hold first; double-click to undo',
    ],
    ['The buttons of a chart', 'make it a favourite, which comes first; show its values as a table'],
    ['The badge', 'round trip, clock and age of the newest sample'],
  ],
};

const zhHans: ShortcutMessages = {
  close: '关闭',
  isOn: '启用单键快捷键',
  wall: '大屏显示',
  keys: [
    [['Space'], '暂停、返回实时'],
    [['←', '→'], '在图表上：前一个、后一个时刻'],
    [['Esc'], '退出所选时刻，再逐级退出所选时段'],
    [['/'], '搜索指标'],
    [['1', '…', '9', '0'], '显示时长，从 20 个点到 1 年'],
    [[',', '.'], '更早、更晚'],
    [['+', '-'], '缩短、加长时段'],
    [['A'], '告警'],
    [['T'], '下一个主题'],
    [['?'], '显示此列表'],
  ],
  overviewKeys: [
    [['/'], '搜索主机'],
    [['↑', '↓'], '逐台移动'],
    [['Home', 'End'], '在表格中：第一台、最后一台主机'],
    [['Enter'], '打开主机'],
    [['Space'], '在表格中：选择主机进行比较'],
    [['T'], '下一个主题'],
    [['?'], '显示此列表'],
  ],
  hostKeys: [
    [['H'], '所有主机'],
    [['[', ']'], '上一台、下一台主机'],
  ],
  gestures: [
    ['指向图表', '所有图表标出同一时刻'],
    ['点击图表', '查看该时刻运行的进程'],
    ['在图表上拖动', '所有图表显示该时段；用手指时先长按片刻；双击返回'],
    ['图表的按钮', '收藏并置顶；以表格显示时间和值'],
    ['连接徽标', '往返时间、时钟和最新样本的时间'],
  ],
};

export function shortcutMessages(language: Language): ShortcutMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
