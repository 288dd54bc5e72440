import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  title: 'Theme',
  auto: 'Same theme as the system',
  light: 'Light theme',
  dark: 'Dark theme',
};

const zhHans: typeof en = {
  title: '主题',
  auto: '跟随系统主题',
  light: '浅色主题',
  dark: '深色主题',
};

export function themeSwitchMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
