import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  hosts: 'Hosts',
  all: 'All hosts',
  before: (label: string) => `Host before: ${label}`,
  next: (label: string) => `Next host: ${label}`,
};
const zhHans: typeof en = {
  hosts: '主机',
  all: '所有主机',
  before: (label) => `上一台主机：${label}`,
  next: (label) => `下一台主机：${label}`,
};

export function hostSwitchMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
