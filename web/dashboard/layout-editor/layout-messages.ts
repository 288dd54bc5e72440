import { spokenIn, type Language } from '../../locales/languages.ts';

interface LayoutMessages {
  readonly title: string;
  readonly view: string;
  readonly standard: string;
  readonly nameOfFirst: string;
  readonly name: string;
  readonly duplicate: string;
  readonly remove: string;
  readonly undo: string;
  readonly export: string;
  readonly import: string;
  readonly done: string;
  readonly add: string;
  readonly addWhat: string;
  readonly addButton: string;
  readonly arrangement: string;
  readonly arrangements: Readonly<Record<'lines' | 'stacked' | 'mirrored', string>>;
  readonly noSuchMetric: (name: string) => string;
  readonly otherUnits: string;
  readonly isThere: (title: string) => string;
  readonly hidden: string;
  readonly show: (title: string) => string;
  readonly notHere: string;
  readonly hint: string;
  readonly move: (title: string) => string;
  readonly moveHow: string;
  readonly hide: (title: string) => string;
  readonly removeChart: (title: string) => string;
  readonly lifted: (title: string, place: number, count: number) => string;
  readonly moved: (title: string, place: number, count: number) => string;
  readonly dropped: (title: string, place: number, count: number) => string;
  readonly cancelled: (title: string) => string;
  readonly hiddenNow: (title: string) => string;
  readonly copyOf: (name: string) => string;
  readonly badFile: (where: string, what: string) => string;
  readonly badJson: string;
  readonly tooLarge: string;
  readonly imported: (name: string) => string;
}

const en: LayoutMessages = {
  title: 'Layout',
  view: 'View',
  standard: 'Default',
  nameOfFirst: 'My view',
  name: 'Name of the view',
  duplicate: 'Duplicate',
  remove: 'Delete',
  undo: 'Undo',
  export: 'Export',
  import: 'Import',
  done: 'Done',
  add: 'Add a chart',
  addWhat: 'cpu.user or cpu.user+cpu.system',
  addButton: 'Add',
  arrangement: 'Several in one chart',
  arrangements: { lines: 'as lines', stacked: 'stacked', mirrored: 'mirrored' },
  noSuchMetric: (name) => `This host has no metric “${name}”: choose one of the list.`,
  otherUnits: 'Metrics of one chart need one unit.',
  isThere: (title) => `${title} is on the board.`,
  hidden: 'Hidden',
  show: (title) => `Show ${title}`,
  notHere: 'Not on this host',
  hint: 'Drag cards, or move to a handle and press Space, then the arrow keys.',
  move: (title) => `Move ${title}`,
  moveHow: 'Space lifts it, arrow keys move it, Space drops it, Escape puts it back.',
  hide: (title) => `Hide ${title}`,
  removeChart: (title) => `Remove ${title}`,
  lifted: (title, place, count) => `${title} lifted, place ${place} of ${count}.`,
  moved: (title, place, count) => `${title}, place ${place} of ${count}.`,
  dropped: (title, place, count) => `${title} dropped at place ${place} of ${count}.`,
  cancelled: (title) => `${title} put back.`,
  hiddenNow: (title) => `${title} hidden.`,
  copyOf: (name) => `${name}, copy`,
  badFile: (where, what) => `The file is no view: ${where} ${what}.`,
  badJson: 'The file is no view: it is not JSON. Choose one that was exported here.',
  tooLarge: 'The file is larger than 64 kB: a view is never so large.',
  imported: (name) => `“${name}” imported.`,
};

const zhHans: LayoutMessages = {
  title: '布局',
  view: '视图',
  standard: '默认',
  nameOfFirst: '我的视图',
  name: '视图名称',
  duplicate: '复制',
  remove: '删除',
  undo: '撤销',
  export: '导出',
  import: '导入',
  done: '完成',
  add: '添加图表',
  addWhat: 'cpu.user 或 cpu.user+cpu.system',
  addButton: '添加',
  arrangement: '同一图表中的多个指标',
  arrangements: { lines: '折线', stacked: '堆叠', mirrored: '镜像' },
  noSuchMetric: (name) => `此主机没有指标“${name}”：请从列表中选择。`,
  otherUnits: '同一图表的指标须单位相同。',
  isThere: (title) => `${title} 已在面板上。`,
  hidden: '已隐藏',
  show: (title) => `显示 ${title}`,
  notHere: '此主机没有',
  hint: '拖动卡片；或移到手柄处按空格键，再按方向键。',
  move: (title) => `移动 ${title}`,
  moveHow: '空格键提起，方向键移动，空格键放下，Esc 键放回原处。',
  hide: (title) => `隐藏 ${title}`,
  removeChart: (title) => `移除 ${title}`,
  lifted: (title, place, count) => `已提起 ${title}，第 ${place} 位，共 ${count} 位。`,
  moved: (title, place, count) => `${title}，第 ${place} 位，共 ${count} 位。`,
  dropped: (title, place, count) => `已将 ${title} 放在第 ${place} 位，共 ${count} 位。`,
  cancelled: (title) => `${title} 已放回原处。`,
  hiddenNow: (title) => `${title} 已隐藏。`,
  copyOf: (name) => `${name} 副本`,
  badFile: (where, what) => `此文件不是视图：${where} ${what}。`,
  badJson: '此文件不是视图：不是 JSON。请选择在此导出的文件。',
  tooLarge: '文件超过 64 kB：视图不会这么大。',
  imported: (name) => `已导入“${name}”。`,
};

export function layoutMessages(language: Language): LayoutMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
