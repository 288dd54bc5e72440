import { spokenIn, type Language } from '../../locales/languages.ts';

/** What is told of a concern, formatted. */
interface Told {
  /** Of a disk, filesystem, container or sensor. */
  readonly name: string;
  readonly reading: string;
  /** The line that is crossed. */
  readonly line: string;
  /** How long it has been. */
  readonly duration: string;
  readonly time: string;
  /** How many, where more than one. */
  readonly count: string | null;
}

/** `opening` begins a sentence, `clause` is in one, `caption` is beside the title of a card. */
interface Texts {
  readonly opening: (told: Told) => string;
  readonly clause: (told: Told) => string;
  readonly caption: (told: Told) => string;
}

const ENGLISH_KILL = ({ time, count }: Told, one: string): string =>
  count === null
    ? `${one} process was killed for memory at ${time}`
    : `${count} processes were killed for memory, the last at ${time}`;

/** Names keep their case at the beginning of a sentence. */
function named(clause: Texts['clause'], caption: Texts['caption'] = clause): Texts {
  return { opening: clause, clause, caption };
}

/** An English clause that begins with a word: its first letter becomes large. */
function worded(clause: Texts['clause'], caption: Texts['caption']): Texts {
  return {
    opening: (told) => clause(told).replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()),
    clause,
    caption,
  };
}

const en = {
  kinds: {
    'oom-kill': {
      opening: (told: Told) => ENGLISH_KILL(told, 'A'),
      clause: (told: Told) => ENGLISH_KILL(told, 'a'),
      caption: ({ time, count }: Told) =>
        count === null ? `a process was killed at ${time}` : `${count} processes killed, last at ${time}`,
    },
    'memory-low': worded(
      ({ reading }) => `memory is ${reading} used`,
      ({ line, duration }) => `over ${line} for ${duration}`,
    ),
    'memory-stall': worded(
      ({ reading }) => `everything waits for memory ${reading} of the time`,
      ({ line, duration }) => `all wait for memory: over ${line} for ${duration}`,
    ),
    'memory-pressure': worded(
      ({ reading }) => `memory pressure is at ${reading}`,
      ({ line, duration }) => `memory over ${line} for ${duration}`,
    ),
    'io-pressure': worded(
      ({ reading }) => `everything waits for disks ${reading} of the time`,
      ({ line, duration }) => `all wait for disks: over ${line} for ${duration}`,
    ),
    'cpu-pressure': worded(
      ({ reading }) => `CPU pressure is at ${reading}`,
      ({ line, duration }) => `CPU over ${line} for ${duration}`,
    ),
    'cpu-busy': worded(
      ({ reading }) => `the processor is at ${reading}`,
      ({ line, duration }) => `over ${line} for ${duration}`,
    ),
    'cpu-steal': worded(
      ({ reading }) => `other guests take ${reading} of the processor`,
      ({ line, duration }) => `steal over ${line} for ${duration}`,
    ),
    load: worded(
      ({ reading }) => `load is at ${reading} per core`,
      ({ line, duration }) => `over ${line} per core for ${duration}`,
    ),
    'disk-busy': named(
      ({ name, reading }) => `${name} is ${reading} busy`,
      ({ name, reading, duration }) => `${name} ${reading} busy for ${duration}`,
    ),
    'filesystem-full': named(({ name, reading }) => `${name} is ${reading} full`),
    'filesystem-soon-full': named(({ name, reading }) => `${name} is full in ${reading}`),
    'container-memory': named(
      ({ name, reading }) => `${name} uses ${reading} of its memory limit`,
      ({ name, reading }) => `${name}: ${reading} of its limit`,
    ),
    'limit-memory': worded(
      ({ reading }) => `${reading} of the memory limit is used`,
      ({ line, duration }) => `over ${line} of the limit for ${duration}`,
    ),
    'limit-throttled': worded(
      ({ reading }) => `the CPU limit holds programs up ${reading} of the time`,
      ({ line, duration }) => `held up over ${line} of the time for ${duration}`,
    ),
    temperature: named(({ name, reading }) => `${name} is at ${reading}`),
  },
  atLeast: (duration: string) => `at least ${duration}`,
  alert: (name: string, reading: string) => (reading === '' ? name : `${name} (${reading})`),
  event: (name: string, time: string) => `${name} at ${time}`,
  range: (name: string, from: string, to: string) => `${name} (${from} to ${to})`,
  begun: (name: string, from: string) => `${name} (since ${from})`,
  available: (available: string, total: string) => `${available} of ${total} available`,
  acknowledged: (clause: string) => `${clause}, acknowledged`,
  silenced: (clause: string, time: string) => `${clause}, silenced until ${time}`,
  unknown: (clause: string, time: string) => `${clause} as of ${time}`,
};

/** A sentence begins like its middle. */
const zh = (clause: Texts['clause'], caption: Texts['caption'] = clause): Texts => ({
  opening: clause,
  clause,
  caption,
});

const zhHans: typeof en = {
  kinds: {
    'oom-kill': zh(
      ({ time, count }) =>
        count === null
          ? `${time} 有一个进程因内存不足被终止`
          : `${count} 个进程因内存不足被终止，最近一次在 ${time}`,
      ({ time, count }) => (count === null ? `${time} 有进程被终止` : `${count} 个进程被终止，最近 ${time}`),
    ),
    'memory-low': zh(
      ({ reading }) => `内存已用 ${reading}`,
      ({ line, duration }) => `超过 ${line} 已 ${duration}`,
    ),
    'memory-stall': zh(
      ({ reading }) => `${reading} 的时间所有任务都在等待内存`,
      ({ line, duration }) => `全部等待内存：超过 ${line} 已 ${duration}`,
    ),
    'memory-pressure': zh(
      ({ reading }) => `内存压力为 ${reading}`,
      ({ line, duration }) => `内存超过 ${line} 已 ${duration}`,
    ),
    'io-pressure': zh(
      ({ reading }) => `${reading} 的时间所有任务都在等待磁盘`,
      ({ line, duration }) => `全部等待磁盘：超过 ${line} 已 ${duration}`,
    ),
    'cpu-pressure': zh(
      ({ reading }) => `CPU 压力为 ${reading}`,
      ({ line, duration }) => `CPU 超过 ${line} 已 ${duration}`,
    ),
    'cpu-busy': zh(
      ({ reading }) => `处理器使用率为 ${reading}`,
      ({ line, duration }) => `超过 ${line} 已 ${duration}`,
    ),
    'cpu-steal': zh(
      ({ reading }) => `其他虚拟机占用了 ${reading} 的处理器时间`,
      ({ line, duration }) => `被占用超过 ${line} 已 ${duration}`,
    ),
    load: zh(
      ({ reading }) => `每个处理器的负载为 ${reading}`,
      ({ line, duration }) => `每个处理器超过 ${line} 已 ${duration}`,
    ),
    'disk-busy': zh(
      ({ name, reading }) => `${name} 繁忙 ${reading}`,
      ({ name, reading, duration }) => `${name} 繁忙 ${reading} 已 ${duration}`,
    ),
    'filesystem-full': zh(({ name, reading }) => `${name} 已用 ${reading}`),
    'filesystem-soon-full': zh(({ name, reading }) => `${name} 将在 ${reading}后写满`),
    'container-memory': zh(
      ({ name, reading }) => `${name} 已用其内存上限的 ${reading}`,
      ({ name, reading }) => `${name}：上限的 ${reading}`,
    ),
    'limit-memory': zh(
      ({ reading }) => `已用内存上限的 ${reading}`,
      ({ line, duration }) => `超过上限的 ${line} 已 ${duration}`,
    ),
    'limit-throttled': zh(
      ({ reading }) => `${reading} 的时间受 CPU 上限限制`,
      ({ line, duration }) => `受限超过 ${line} 的时间已 ${duration}`,
    ),
    temperature: zh(({ name, reading }) => `${name} 为 ${reading}`),
  },
  atLeast: (duration) => `至少 ${duration}`,
  alert: (name, reading) => (reading === '' ? name : `${name}（${reading}）`),
  event: (name, time) => `${time} ${name}`,
  range: (name, from, to) => `${name}（${from} 至 ${to}）`,
  begun: (name, from) => `${name}（自 ${from} 起）`,
  available: (available, total) => `可用 ${available}，共 ${total}`,
  acknowledged: (clause) => `${clause}，已确认`,
  silenced: (clause, time) => `${clause}，静音至 ${time}`,
  unknown: (clause, time) => `${clause}（截至 ${time}）`,
};

export type ConcernMessages = typeof en;

export function concernMessages(language: Language): ConcernMessages {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
