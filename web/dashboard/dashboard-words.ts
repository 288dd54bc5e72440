import { spokenIn, type Language } from '../locales/languages.ts';
import type { TimeSpan } from './time-span.ts';

interface DashboardWords {
  readonly embed: string;
  readonly timeShown: string;
  readonly spans: Readonly<Record<TimeSpan, { readonly short: string; readonly long: string }>>;
}

const en: DashboardWords = {
  embed: 'Embed',
  timeShown: 'Time shown',
  spans: {
    points: { short: '20', long: '20 points' },
    '1m': { short: '1 min', long: '1 minute' },
    '5m': { short: '5 min', long: '5 minutes' },
    '15m': { short: '15 min', long: '15 minutes' },
  },
};

const zhHans: DashboardWords = {
  embed: '嵌入',
  timeShown: '显示时长',
  spans: {
    points: { short: '20', long: '20 个点' },
    '1m': { short: '1 分', long: '1 分钟' },
    '5m': { short: '5 分', long: '5 分钟' },
    '15m': { short: '15 分', long: '15 分钟' },
  },
};

/** Texts of the dashboard around the panel, which are in no page that embeds one. */
export function dashboardWords(language: Language): DashboardWords {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
