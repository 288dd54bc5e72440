import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

interface GlanceWords {
  readonly cores: string;
  readonly coresSummary: (cores: Counted, average: string, busiest: string, reading: string) => string;
  readonly noCores: (cores: Counted) => string;
  readonly reading: (label: string, reading: string) => string;
  readonly notKnown: string;
  readonly filesystems: string;
  readonly usedOf: (used: string, total: string) => string;
  readonly available: (reading: string) => string;
  readonly nearlyFull: string;
  readonly inodes: (reading: string) => string;
}

const en: GlanceWords = {
  cores: 'Load of each core',
  coresSummary: ({ text }, average, busiest, reading) =>
    `${text} cores: ${average} on average, ${busiest} busiest with ${reading}`,
  noCores: ({ text }) => `${text} cores, whose load is not known`,
  reading: (label, reading) => `${label}: ${reading}`,
  notKnown: 'not known',
  filesystems: 'Space on filesystems',
  usedOf: (used, total) => `${used} of ${total} used`,
  available: (reading) => `${reading} available`,
  nearlyFull: 'Nearly full',
  inodes: (reading) => `${reading} of its inodes used`,
};

const zhHans: GlanceWords = {
  cores: '各核心负载',
  coresSummary: ({ text }, average, busiest, reading) =>
    `${text} 个核心：平均 ${average}，${busiest} 最忙，为 ${reading}`,
  noCores: ({ text }) => `${text} 个核心，负载未知`,
  reading: (label, reading) => `${label}：${reading}`,
  notKnown: '未知',
  filesystems: '文件系统空间',
  usedOf: (used, total) => `已用 ${used}，共 ${total}`,
  available: (reading) => `可用 ${reading}`,
  nearlyFull: '即将用满',
  inodes: (reading) => `已用 ${reading} 的 inode`,
};

/** Texts of the views that show all things of a subject at once. */
export function glanceWords(language: Language): GlanceWords {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
