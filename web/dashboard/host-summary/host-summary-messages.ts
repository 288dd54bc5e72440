import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

interface HostSummaryMessages {
  readonly unnamed: string;
  readonly system: string;
  readonly runsOn: string;
  readonly cpu: string;
  readonly cores: string;
  readonly memory: string;
  readonly gpu: string;
  readonly disks: string;
  readonly up: string;
  readonly agent: string;
  readonly coreCount: (count: Counted) => string;
  readonly upFor: (duration: string) => string;
  readonly agentOf: (version: string) => string;
  /** By `HostDetails.kind`. */
  readonly kinds: Readonly<Record<string, string>>;
}

const en: HostSummaryMessages = {
  unnamed: 'Live metrics',
  system: 'System',
  runsOn: 'Runs on',
  cpu: 'CPU',
  cores: 'Cores',
  memory: 'Memory',
  gpu: 'GPU',
  disks: 'Disks',
  up: 'Up',
  agent: 'Agent',
  coreCount: ({ text, plural }) => (plural === 'one' ? `${text} core` : `${text} cores`),
  upFor: (duration) => `up ${duration}`,
  agentOf: (version) => `agent ${version}`,
  kinds: {
    machine: 'physical machine',
    vm: 'virtual machine',
    lxc: 'system container',
    container: 'container',
  },
};

const zhHans: HostSummaryMessages = {
  unnamed: '实时指标',
  system: '系统',
  runsOn: '运行环境',
  cpu: 'CPU',
  cores: '核心',
  memory: '内存',
  gpu: 'GPU',
  disks: '磁盘',
  up: '运行时间',
  agent: '代理程序',
  coreCount: ({ text }) => `${text} 核`,
  upFor: (duration) => `已运行 ${duration}`,
  agentOf: (version) => `代理程序 ${version}`,
  kinds: { machine: '物理机', vm: '虚拟机', lxc: '系统容器', container: '容器' },
};

export function hostSummaryMessages(language: Language): HostSummaryMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
