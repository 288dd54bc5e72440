import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  hosts: 'Hosts',
  find: 'Find a host',
};
const zhHans: typeof en = {
  hosts: '主机',
  find: '查找主机',
};

export function hostSwitchMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
