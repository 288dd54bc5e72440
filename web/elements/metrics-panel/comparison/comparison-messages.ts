import type { Counted } from '../../../locales/en.ts';
import { spokenIn, type Language } from '../../../locales/languages.ts';

const en = {
  some: (shown: string, all: Counted) =>
    `${shown} of ${all.text} hosts: those that are named, then those in trouble.`,
  apart: (chart: string) =>
    `Compared hosts have a line each, so the metrics of ${chart} have charts of their own.`,
  none: 'No host to compare',
  comesLater: (names: string) =>
    `The agent shows no host that “${names}” stands for. It appears here as soon as it does.`,
  waiting: 'Waiting for the first sample',
  down: 'down',
  downSince: (since: string) => `down since ${since}`,
  silent: (since: string) => `no samples since ${since}`,
  unknown: 'not known',
  noMetric: 'not measured here',
  ahead: (label: string, duration: string) =>
    `The clock of ${label} is ${duration} ahead of the others, and its line is that far to the right.`,
  behind: (label: string, duration: string) =>
    `The clock of ${label} is ${duration} behind the others, and its line is that far to the left.`,
  at: (time: string) => `at ${time}`,
  summary: (label: string, readings: string) => `${label}: ${readings}`,
};
const zhHans: typeof en = {
  some: (shown, all) => `${all.text} 台主机中的 ${shown} 台：先是指定的，再是有问题的。`,
  apart: (chart) => `比较主机时每台主机一条曲线，因此 ${chart} 的各项指标分开显示。`,
  none: '没有可比较的主机',
  comesLater: (names) => `此代理程序没有与“${names}”相符的主机。一旦有，就会显示在这里。`,
  waiting: '正在等待第一个样本',
  down: '停机',
  downSince: (since) => `自 ${since} 起停机`,
  silent: (since) => `自 ${since} 起没有样本`,
  unknown: '未知',
  noMetric: '此主机不测量',
  ahead: (label, duration) => `${label} 的时钟比其他主机快 ${duration}，其曲线相应右移。`,
  behind: (label, duration) => `${label} 的时钟比其他主机慢 ${duration}，其曲线相应左移。`,
  at: (time) => `于 ${time}`,
  summary: (label, readings) => `${label}：${readings}`,
};

export function comparisonMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
