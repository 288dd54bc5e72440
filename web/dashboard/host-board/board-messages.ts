import { spokenIn, type Language } from '../../locales/languages.ts';

export interface BoardMessages {
  readonly cards: Readonly<Record<'cpu' | 'memory' | 'pressure' | 'network' | 'disk' | 'load', string>>;
  /** Between the items of a list. */
  readonly list: string;
  readonly cores: (count: number) => string;
  readonly limit: (reading: string) => string;
  readonly andMore: (names: string, count: number) => string;
  /** States of processors. */
  readonly states: Readonly<
    Record<'user' | 'system' | 'iowait' | 'steal' | 'nice' | 'softirq' | 'irq', string>
  >;
  readonly memory: Readonly<Record<'used' | 'caches', string>> & {
    readonly left: (percent: string) => string;
  };
  readonly pressure: Readonly<Record<'what' | 'cpu' | 'memory' | 'io', string>>;
  readonly network: Readonly<Record<'received' | 'sent', string>>;
  readonly disk: Readonly<Record<'read' | 'written', string>>;
  readonly load: { readonly what: string; readonly minutes: readonly [string, string, string] };
  readonly strips: {
    /** @param rows at most; of more, each has several */
    readonly cores: (count: number, rows: number) => string;
    readonly busiest: (name: string, reading: string) => string;
    readonly highest: (name: string, reading: string) => string;
    readonly swap: string;
    readonly available: string;
    readonly usedOf: (used: string, total: string) => string;
    readonly allWaiting: (names: string) => string;
    readonly drops: string;
    readonly busy: (names: string) => string;
    readonly busyDisks: (count: number) => string;
    readonly blocked: string;
  };
  readonly lists: Readonly<
    Record<
      'filesystems' | 'interfaces' | 'disks' | 'containers',
      { readonly title: string; readonly what: string }
    >
  >;
  readonly left: (reading: string) => string;
  readonly inAll: (reading: string) => string;
  readonly inodes: (reading: string) => string;
  readonly busy: string;
  readonly idle: (count: number) => string;
  readonly showAll: (count: number) => string;
  readonly showFewer: string;
  /** Of a button: opens the charts of a thing. */
  readonly chartsOf: (name: string) => string;
  readonly of: (used: string, limit: string) => string;
}

const en: BoardMessages = {
  cards: {
    cpu: 'CPU',
    memory: 'Memory',
    pressure: 'Pressure',
    network: 'Network',
    disk: 'Disk',
    load: 'Load',
  },
  list: ', ',
  cores: (count) => (count === 1 ? '1 core' : `${count} cores`),
  limit: (reading) => `limit ${reading}`,
  andMore: (names, count) => `${names} and ${count} more`,
  states: {
    user: 'user',
    system: 'system',
    iowait: 'iowait',
    steal: 'steal',
    nice: 'nice',
    softirq: 'softirq',
    irq: 'irq',
  },
  memory: { used: 'used', caches: 'caches', left: (percent) => `${percent} % left` },
  pressure: { what: 'time that tasks waited', cpu: 'CPU', memory: 'memory', io: 'I/O' },
  network: { received: 'received', sent: 'sent' },
  disk: { read: 'read', written: 'written' },
  load: { what: 'tasks that run or wait', minutes: ['1 min', '5 min', '15 min'] },
  strips: {
    cores: (count, rows) =>
      count > rows
        ? `${count} cores in ${rows} rows, the busiest of each`
        : `cores 0–${count - 1}, top to bottom`,
    busiest: (name, reading) => `busiest: ${name}, ${reading}`,
    highest: (name, reading) => `${name} ${reading}`,
    swap: 'swap used',
    available: 'available',
    usedOf: (used, total) => `${used} of ${total}`,
    allWaiting: (names) => `all tasks waiting: ${names}`,
    drops: 'drops and errors',
    busy: (names) => `busy time: ${names}`,
    busyDisks: (count) => `busy time of ${count} disks`,
    blocked: 'tasks blocked on a disk',
  },
  lists: {
    filesystems: { title: 'Filesystems', what: 'mark at 90 %' },
    interfaces: { title: 'Interfaces', what: 'received ↑ sent ↓, one scale' },
    disks: { title: 'Disks', what: 'read ↑ written ↓, one scale' },
    containers: { title: 'Containers', what: 'CPU, one scale' },
  },
  left: (reading) => `${reading} left`,
  inAll: (reading) => `${reading} in all`,
  inodes: (reading) => `${reading} of its inodes used`,
  busy: 'busy',
  idle: (count) => `and ${count} more, idle`,
  showAll: (count) => `Show all ${count}`,
  showFewer: 'Show fewer',
  chartsOf: (name) => `Charts of ${name}`,
  of: (used, limit) => `${used} / ${limit}`,
};

const zhHans: BoardMessages = {
  cards: { cpu: 'CPU', memory: '内存', pressure: '压力', network: '网络', disk: '磁盘', load: '负载' },
  list: '、',
  cores: (count) => `${count} 个核心`,
  limit: (reading) => `上限 ${reading}`,
  andMore: (names, count) => `${names} 等 ${count} 个`,
  states: {
    user: '用户',
    system: '系统',
    iowait: 'I/O 等待',
    steal: '被窃取',
    nice: '低优先级',
    softirq: '软中断',
    irq: '中断',
  },
  memory: { used: '已用', caches: '缓存', left: (percent) => `剩余 ${percent} %` },
  pressure: { what: '任务等待的时间', cpu: 'CPU', memory: '内存', io: 'I/O' },
  network: { received: '接收', sent: '发送' },
  disk: { read: '读取', written: '写入' },
  load: { what: '运行或等待的任务', minutes: ['1 分钟', '5 分钟', '15 分钟'] },
  strips: {
    cores: (count, rows) =>
      count > rows ? `${count} 个核心，分 ${rows} 行，各取最忙` : `核心 0–${count - 1}，自上而下`,
    busiest: (name, reading) => `最忙：${name}，${reading}`,
    highest: (name, reading) => `${name} ${reading}`,
    swap: '已用交换空间',
    available: '可用',
    usedOf: (used, total) => `${used}，共 ${total}`,
    allWaiting: (names) => `全部任务等待：${names}`,
    drops: '丢包与错误',
    busy: (names) => `忙碌时间：${names}`,
    busyDisks: (count) => `${count} 个磁盘的忙碌时间`,
    blocked: '等待磁盘的任务',
  },
  lists: {
    filesystems: { title: '文件系统', what: '标记在 90 %' },
    interfaces: { title: '网络接口', what: '接收 ↑ 发送 ↓，同一刻度' },
    disks: { title: '磁盘', what: '读取 ↑ 写入 ↓，同一刻度' },
    containers: { title: '容器', what: 'CPU，同一刻度' },
  },
  left: (reading) => `剩余 ${reading}`,
  inAll: (reading) => `共 ${reading}`,
  inodes: (reading) => `已用 ${reading} 的 inode`,
  busy: '忙碌',
  idle: (count) => `另有 ${count} 个空闲`,
  showAll: (count) => `显示全部 ${count} 个`,
  showFewer: '收起',
  chartsOf: (name) => `${name} 的图表`,
  of: (used, limit) => `${used} / ${limit}`,
};

export function boardMessages(language: Language): BoardMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
