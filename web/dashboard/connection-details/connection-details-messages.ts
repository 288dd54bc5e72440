import { spokenIn, type Language } from '../../locales/languages.ts';

interface ConnectionDetailsMessages {
  readonly transport: string;
  readonly roundTrip: string;
  readonly clock: string;
  readonly ahead: (duration: string) => string;
  readonly behind: (duration: string) => string;
  readonly asHere: string;
  readonly age: string;
  readonly agent: string;
}

const en: ConnectionDetailsMessages = {
  transport: 'Transport',
  roundTrip: 'Round trip',
  clock: 'Clock of the agent',
  ahead: (duration) => `${duration} ahead`,
  behind: (duration) => `${duration} behind`,
  asHere: 'as here',
  age: 'Newest sample',
  agent: 'Agent',
};

const zhHans: ConnectionDetailsMessages = {
  transport: '传输方式',
  roundTrip: '往返时间',
  clock: '代理程序时钟',
  ahead: (duration) => `快 ${duration}`,
  behind: (duration) => `慢 ${duration}`,
  asHere: '与此处一致',
  age: '最新样本',
  agent: '代理程序',
};

export function connectionDetailsMessages(language: Language): ConnectionDetailsMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
