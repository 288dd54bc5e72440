import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  group: 'Time in the past',
  earlier: 'Earlier',
  later: 'Later',
  leave: 'Back to live',
  copyLink: 'Copy link',
  copied: 'Copied',
  inAddressBar: 'The link is in the address bar',
};

const zhHans: typeof en = {
  group: '过去的时段',
  earlier: '更早',
  later: '更晚',
  leave: '返回实时',
  copyLink: '复制链接',
  copied: '已复制',
  inAddressBar: '链接已在地址栏中',
};

/** Texts of what deals with the past. */
export function timeMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
