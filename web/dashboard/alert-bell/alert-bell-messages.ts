import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  alerts: 'Alerts',
  none: 'Alerts: nothing fires',
  firing: ({ text, plural }: Counted) => (plural === 'one' ? `${text} alert fires` : `${text} alerts fire`),
  quiet: ({ text }: Counted) => `${text} acknowledged or silenced`,
  stale: (time: string) => `as of ${time}`,
  more: (count: string) => `+${count}`,
  announcement: (alerts: string) => `Alert: ${alerts}`,
  separator: '; ',
};

const zhHans: typeof en = {
  alerts: '告警',
  none: '告警：目前没有',
  firing: ({ text }) => `${text} 个告警正在触发`,
  quiet: ({ text }) => `${text} 个已确认或已静音`,
  stale: (time) => `截至 ${time}`,
  more: (count) => `+${count}`,
  announcement: (alerts) => `告警：${alerts}`,
  separator: '；',
};

export function alertBellMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
