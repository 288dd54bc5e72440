import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  title: 'Embed in a page',
  close: 'Close',
  metrics: 'Metrics',
  filter: 'Find a metric',
  chosen: (count: string) => `${count} chosen`,
  remove: (label: string) => `Remove ${label}`,
  presets: 'Ready-made',
  presetNames: { cpu: 'CPU', memory: 'Memory', network: 'Network', disk: 'Disks', pressure: 'Pressure' },
  charts: 'Charts',
  together: { '': 'One each', lines: 'One, lines', stacked: 'One, stacked', mirrored: 'One, mirrored' },
  thresholds: 'Thresholds',
  layout: 'Layout',
  layouts: { grid: 'Grid', row: 'Row', compact: 'Compact', sparkline: 'Sparkline' },
  theme: 'Theme',
  themes: { auto: 'Auto', light: 'Light', dark: 'Dark' },
  points: 'Points',
  window: 'Time shown',
  preview: 'Preview',
  none: 'Choose at least one metric.',
  nothingFound: 'No metric has that name.',
  snippet: 'HTML',
  copy: 'Copy',
  copied: 'Copied',
  loopback:
    'This address works on this machine only: open the dashboard by the address that the readers of your page can reach.',
};

const zhHans: typeof en = {
  title: '嵌入到网页',
  close: '关闭',
  metrics: '指标',
  filter: '查找指标',
  chosen: (count) => `已选 ${count} 个`,
  remove: (label) => `移除${label}`,
  presets: '现成图表',
  presetNames: { cpu: 'CPU', memory: '内存', network: '网络', disk: '磁盘', pressure: '压力' },
  charts: '图表',
  together: { '': '各一个', lines: '合一，折线', stacked: '合一，堆叠', mirrored: '合一，上下对称' },
  thresholds: '阈值',
  layout: '布局',
  layouts: { grid: '网格', row: '单行', compact: '紧凑', sparkline: '迷你图' },
  theme: '主题',
  themes: { auto: '自动', light: '浅色', dark: '深色' },
  points: '点数',
  window: '显示时长',
  preview: '预览',
  none: '请至少选择一个指标。',
  nothingFound: '没有这样的指标。',
  snippet: 'HTML',
  copy: '复制',
  copied: '已复制',
  loopback: '此地址仅在本机可用：请通过网页读者能够访问的地址打开仪表板。',
};

export function embedDialogMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
