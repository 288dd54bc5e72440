import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

interface SummaryMessages {
  readonly cores: string;
  readonly coresSummary: (cores: Counted, average: string, busiest: string, reading: string) => string;
  readonly noCores: (cores: Counted) => string;
  readonly filesystems: string;
  readonly usedOf: (used: string, usable: string) => string;
  readonly available: (reading: string) => string;
  readonly reserve: (reserve: string, total: string) => string;
  readonly whatReserveIs: string;
  readonly nearlyFull: string;
  readonly inodes: (reading: string) => string;
}

const en: SummaryMessages = {
  cores: 'Load of each core',
  coresSummary: ({ text }, average, busiest, reading) =>
    `${text} cores: ${average} on average, ${busiest} busiest with ${reading}`,
  noCores: ({ text }) => `${text} cores, whose load is not known`,
  filesystems: 'Space on filesystems',
  usedOf: (used, usable) => `${used} of ${usable} used`,
  available: (reading) => `${reading} available`,
  reserve: (reserve, total) => `${reserve} of ${total} in reserve`,
  whatReserveIs:
    'Kept for the administrator or by the filesystem itself, or used by other volumes. The share is without it, as in df.',
  nearlyFull: 'Nearly full',
  inodes: (reading) => `${reading} of its inodes used`,
};

const zhHans: SummaryMessages = {
  cores: '各核心负载',
  coresSummary: ({ text }, average, busiest, reading) =>
    `${text} 个核心：平均 ${average}，${busiest} 最忙，为 ${reading}`,
  noCores: ({ text }) => `${text} 个核心，负载未知`,
  filesystems: '文件系统空间',
  usedOf: (used, usable) => `已用 ${used}，共 ${usable}`,
  available: (reading) => `可用 ${reading}`,
  reserve: (reserve, total) => `总容量 ${total} 中保留 ${reserve}`,
  whatReserveIs: '为管理员或文件系统自身保留，或被其他卷占用。使用率不含此部分，与 df 一致。',
  nearlyFull: '即将用满',
  inodes: (reading) => `已用 ${reading} 的 inode`,
};

export function summaryMessages(language: Language): SummaryMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
