import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

/** Texts of what is sent, and of the dialog that asks what that shall be. */
interface MomentMessages {
  readonly send: string;
  readonly close: string;
  readonly as: string;
  readonly ways: Readonly<
    Record<'page' | 'png' | 'csv' | 'link', { readonly name: string; readonly what: string }>
  >;
  readonly leaves: string;
  readonly host: string;
  readonly facts: string;
  readonly sentence: string;
  readonly marks: string;
  readonly processes: string;
  readonly processArguments: string;
  readonly users: string;
  readonly charts: (charts: Counted, metrics: Counted, points: Counted) => string;
  readonly chosenCharts: string;
  readonly andMore: (count: Counted) => string;
  readonly none: string;
  readonly size: (size: string) => string;
  /** Each column has the lowest and the highest value of so much time. */
  readonly reduced: (time: string) => string;
  readonly whole: string;
  readonly tooLarge: (size: string, most: string) => string;
  readonly save: string;
  readonly copy: string;
  readonly copied: string;
  readonly copyFailed: string;
  readonly pngLeaves: string;
  readonly csvLeaves: (metrics: Counted, times: Counted) => string;
  readonly linkLeaves: string;
  readonly linkWithoutTime: string;
  readonly failed: string;
  readonly nothing: string;
  readonly title: string;
  readonly summary: string;
  readonly series: string;
  readonly newest: string;
  readonly lowest: string;
  readonly mean: string;
  readonly highest: string;
  readonly values: string;
  readonly gaps: string;
  readonly fired: string;
  readonly processesAt: (time: string) => string;
  readonly notAll: (shown: string, all: string) => string;
  readonly times: (offset: string) => string;
  readonly made: string;
  readonly colon: string;
}

const en: MomentMessages = {
  send: 'Send this moment',
  close: 'Close',
  as: 'As',
  ways: {
    page: { name: 'One HTML file', what: 'Opens anywhere, without this agent and without a network' },
    png: { name: 'Picture', what: 'The charts on the screen, PNG' },
    csv: { name: 'Data', what: 'All samples of this stretch, CSV' },
    link: { name: 'Link', what: 'To this stretch of time, for those who can reach this page' },
  },
  leaves: 'What leaves',
  host: 'Name of the host',
  facts: 'About the host',
  sentence: 'The sentence',
  marks: 'Alerts and events',
  processes: 'Processes',
  processArguments: 'Their arguments',
  users: 'Their users',
  charts: (charts, metrics, points) =>
    `${charts.text} ${charts.plural === 'one' ? 'chart' : 'charts'} of ${metrics.text} ${
      metrics.plural === 'one' ? 'metric' : 'metrics'
    }, ${points.text} ${points.plural === 'one' ? 'point' : 'points'}`,
  chosenCharts: 'Charts and their metrics',
  andMore: ({ text }) => `and ${text} more`,
  none: 'None',
  size: (size) => `The file has ${size}.`,
  reduced: (time) => `Lines have the lowest and the highest value of each ${time}.`,
  whole: 'Lines have all points.',
  tooLarge: (size, most) => `With ${size} it would be larger than ${most}: leave something out.`,
  save: 'Save file',
  copy: 'Copy link',
  copied: 'Copied',
  copyFailed: 'The browser does not allow it: copy the link by hand.',
  pngLeaves: 'The charts that are on the screen now, with their titles and values.',
  csvLeaves: (metrics, times) =>
    `Names and values of all ${metrics.text} metrics of this host at ${times.text} times, those of closed groups too. No processes.`,
  linkLeaves:
    'The address of this page with the host and the time. Who opens it sees what this agent shows them.',
  linkWithoutTime: 'This agent keeps no history: the link leads to the host, not to this time.',
  failed: 'That did not work. Scroll until charts are on the screen, and try again.',
  nothing: 'Nothing is shown yet.',
  title: 'A moment',
  summary: 'Summary',
  series: 'Series',
  newest: 'Newest',
  lowest: 'Lowest',
  mean: 'Mean',
  highest: 'Highest',
  values: 'Values',
  gaps: 'Gaps',
  fired: 'Alerts',
  processesAt: (time) => `Processes at ${time}`,
  notAll: (shown, all) => `The first ${shown} of ${all}.`,
  times: (offset) => `Times are UTC${offset}.`,
  made: 'Made by metrics-panel. This file loads nothing and runs no script.',
  colon: ': ',
};

const zhHans: MomentMessages = {
  send: '发送此刻',
  close: '关闭',
  as: '形式',
  ways: {
    page: { name: '单个 HTML 文件', what: '随处可打开，无需此代理程序，也无需网络' },
    png: { name: '图片', what: '屏幕上的图表，PNG' },
    csv: { name: '数据', what: '此时段的所有样本，CSV' },
    link: { name: '链接', what: '指向此时段，供能访问此页面的人使用' },
  },
  leaves: '将发出的内容',
  host: '主机名称',
  facts: '主机信息',
  sentence: '状况说明',
  marks: '告警与事件',
  processes: '进程',
  processArguments: '进程参数',
  users: '进程用户',
  charts: (charts, metrics, points) => `${charts.text} 个图表，${metrics.text} 个指标，${points.text} 个点`,
  chosenCharts: '图表及其指标',
  andMore: ({ text }) => `另有 ${text} 项`,
  none: '无',
  size: (size) => `文件大小为 ${size}。`,
  reduced: (time) => `曲线保留每 ${time} 的最低值和最高值。`,
  whole: '曲线包含所有点。',
  tooLarge: (size, most) => `大小为 ${size}，超过 ${most}：请去掉一些内容。`,
  save: '保存文件',
  copy: '复制链接',
  copied: '已复制',
  copyFailed: '浏览器不允许：请手动复制链接。',
  pngLeaves: '当前屏幕上的图表，包括标题和数值。',
  csvLeaves: (metrics, times) =>
    `此主机全部 ${metrics.text} 个指标在 ${times.text} 个时间的名称和数值，包括折叠分组中的指标。不含进程。`,
  linkLeaves: '此页面的地址，包括主机和时间。打开者只能看到此代理程序允许其查看的内容。',
  linkWithoutTime: '此代理程序不保存历史：链接指向主机，而非此时间。',
  failed: '未能完成。请滚动到图表可见处，然后重试。',
  nothing: '尚无内容。',
  title: '此刻',
  summary: '概要',
  series: '序列',
  newest: '最新',
  lowest: '最低',
  mean: '平均',
  highest: '最高',
  values: '数值',
  gaps: '缺口',
  fired: '告警',
  processesAt: (time) => `${time} 的进程`,
  notAll: (shown, all) => `共 ${all} 项，显示前 ${shown} 项。`,
  times: (offset) => `时间为 UTC${offset}。`,
  made: '由 metrics-panel 生成。此文件不加载任何内容，也不运行脚本。',
  colon: '：',
};

export function momentMessages(language: Language): MomentMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
