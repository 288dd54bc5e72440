import { spokenIn, type Language } from '../../../locales/languages.ts';

const en = {
  globInSum: (glob: string) => `${glob} is no part of a chart of several series`,
  nameThem: (chart: string) =>
    `In “${chart}”, name each metric: globs stand for charts of their own, after a comma.`,
  otherUnits: 'These metrics do not fit in one chart',
  units: (units: string) =>
    `They are in ${units}. Show them in charts of their own, with a comma in place of the plus.`,
  inUnit: (name: string, unit: string) => `${name} (${unit})`,
  expectedThresholds: 'Expected one or two numbers in the unit of the charts, like 20 or 80,90',
  over: (threshold: string) => `over ${threshold}`,
};

const zhHans: typeof en = {
  globInSum: (glob) => `${glob} 不能用于多序列图表`,
  nameThem: (chart) => `请在“${chart}”中逐一写出指标名称；通配符代表各自单独的图表，应写在逗号之后。`,
  otherUnits: '这些指标无法放在同一图表中',
  units: (units) => `单位分别为 ${units}。请用逗号代替加号，以各自的图表显示。`,
  inUnit: (name, unit) => `${name}（${unit}）`,
  expectedThresholds: '应为以图表单位表示的一个或两个数字，例如 20 或 80,90',
  over: (threshold) => `超过 ${threshold}`,
};

export function combinedMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
