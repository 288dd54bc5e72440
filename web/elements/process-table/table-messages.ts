import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  place: 'Unit or container',
  now: 'now',
  at: (time: string) => `at ${time}`,
  /** Of all rows, those that are sent. */
  first: (shown: string, all: string) => `${shown} of ${all}`,
  lastMinute: 'Last minute',
  ofOneCore: 'of one core',
  ofAllCores: (count: string) => `of all ${count}`,
  rows: 'Rows',
  each: 'Each',
  byPlace: 'By unit or container',
  nowhere: 'No unit',
  /** Rows of a group, which may have more that are not sent. */
  listed: (count: string) => `${count} listed`,
  ended: (time: string) => `ended at ${time}`,
  killed: (time: string) => `killed for memory at ${time}`,
};

const zhHans: typeof en = {
  place: '单元或容器',
  now: '当前',
  at: (time) => time,
  first: (shown, all) => `${all} 个中的 ${shown} 个`,
  lastMinute: '最近一分钟',
  ofOneCore: '占单核',
  ofAllCores: (count) => `占全部 ${count} 核`,
  rows: '行',
  each: '逐个',
  byPlace: '按单元或容器',
  nowhere: '无单元',
  listed: (count) => `列出 ${count} 个`,
  ended: (time) => `于 ${time} 结束`,
  killed: (time) => `于 ${time} 因内存不足被终止`,
};

/** Texts of tables of processes, which load with them. */
export function tableMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
