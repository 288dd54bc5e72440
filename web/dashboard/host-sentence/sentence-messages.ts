import type { Counted } from '../../locales/en.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  well: 'All well.',
  wellSinceDay: 'Nothing needed attention in the last 24 hours.',
  wellSince: (time: string) => `Nothing needed attention since ${time}.`,
  watching: (time: string) => `Watching since ${time}: nothing needed attention.`,
  nothingNew: 'Nothing new needs attention:',
  notAllKnown: 'Not all is known:',
  waiting: 'Waiting for the first values.',
  unjudged: 'Not judged.',
  noThreshold: 'No value with a threshold is known.',
  notConnected: 'Not connected.',
  noData: (time: string) => `No data since ${time}.`,
  isSilent: 'The agent sends no samples. What you see is from then.',
  isGone: 'The agent does not answer. What you see is from then.',
  lastKnown: (concerns: string) => `Last known: ${concerns}.`,
  down: (host: string) => `${host} is down.`,
  downSince: (host: string, time: string) => `${host} is down since ${time}.`,
  unknown: (host: string) => `It is not known how ${host} is.`,
  unknownSince: (host: string, time: string) => `It is not known how ${host} is since ${time}.`,
  thisHost: 'This host',
  looking: 'Looking for what happened in this range.',
  pastUnknown: 'What needed attention in this range is not known.',
  pastWell: 'No alert fired in this range.',
  pastWellInPart: 'No alert fired in this range, as far as the agent was there.',
  rest: ({ text }: Counted) => `${text} more`,
  more: 'more',
  end: '.',
  space: ' ',
};

const zhHans: typeof en = {
  well: '一切正常。',
  wellSinceDay: '最近 24 小时没有需要注意的情况。',
  wellSince: (time) => `自 ${time} 起没有需要注意的情况。`,
  watching: (time) => `自 ${time} 开始监视，没有需要注意的情况。`,
  nothingNew: '没有新的需要注意的情况：',
  notAllKnown: '并非全部已知：',
  waiting: '正在等待第一批数值。',
  unjudged: '此处没有可判断的内容。',
  noThreshold: '没有已知的、设有阈值的数值。',
  notConnected: '未连接。',
  noData: (time) => `自 ${time} 起没有数据。`,
  isSilent: '代理程序没有发送样本。显示的是当时的数值。',
  isGone: '代理程序没有应答。显示的是当时的数值。',
  lastKnown: (concerns) => `最后已知：${concerns}。`,
  down: (host) => `${host} 已停机。`,
  downSince: (host, time) => `${host} 自 ${time} 起停机。`,
  unknown: (host) => `${host} 的状态未知。`,
  unknownSince: (host, time) => `${host} 的状态自 ${time} 起未知。`,
  thisHost: '此主机',
  looking: '正在查找此时段内发生的情况。',
  pastUnknown: '此时段内是否有需要注意的情况未知。',
  pastWell: '此时段内没有告警。',
  pastWellInPart: '在代理程序运行的时间内，此时段没有告警。',
  rest: ({ text }) => `另外 ${text} 项`,
  more: '更多',
  end: '。',
  space: '',
};

export type SentenceMessages = typeof en;

export function sentenceMessages(language: Language): SentenceMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
