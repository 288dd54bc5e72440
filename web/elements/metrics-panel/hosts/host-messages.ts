import { spokenIn, type Language } from '../../../locales/languages.ts';

const en = {
  down: (label: string) => `${label} is down.`,
  downSince: (label: string, since: string) => `${label} has been down since ${since}.`,
  unknown: (label: string) => `Nothing is heard of ${label}.`,
  /** Reasons are sentences of their own, or parts of one. */
  because: (sentence: string, reason: string) =>
    `${sentence.replace(/\.$/, '')}: ${reason.replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase())}.`,
  lastPicture: 'This is its last picture.',
  noPicture: 'None of its samples are held any more.',
  gone: (name: string) => `There is no host ${name} any more. This is its last picture.`,
  noHost: (name: string) => `No host ${name}`,
  comesLater: 'No host has this name, or several do. It is shown here as soon as one does.',
  noneIs: 'No host has this name. It is shown here as soon as one does.',
  severalAre: (ids: string) => `Several hosts have this name. Name one of them by its id: ${ids}.`,
  several: (name: string) => `Several hosts ${name}`,
  separator: ', ',
};
const zhHans: typeof en = {
  down: (label) => `${label} 已停机。`,
  downSince: (label, since) => `${label} 自 ${since} 起停机。`,
  unknown: (label) => `没有 ${label} 的消息。`,
  because: (sentence, reason) => `${sentence.replace(/。$/, '')}：${reason}。`,
  lastPicture: '这是它最后的数据。',
  noPicture: '它的样本已不再保留。',
  gone: (name) => `主机 ${name} 已不存在。这是它最后的数据。`,
  noHost: (name) => `没有主机 ${name}`,
  comesLater: '没有主机叫这个名字，或有多台主机同名。一旦有且仅有一台，就会显示在这里。',
  noneIs: '没有主机叫这个名字。一旦有，就会显示在这里。',
  severalAre: (ids) => `有多台主机叫这个名字。请用 ID 指定其中一台：${ids}。`,
  several: (name) => `多台主机叫 ${name}`,
  separator: '、',
};

export function hostMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
