import { browserClock } from '../browser/browser-clock.ts';
import { LazyModule } from '../browser/lazy-module.ts';
import { en, type Messages } from './en.ts';

export interface Language {
  /** BCP 47: how values and times are formatted. */
  readonly tag: string;
  /** BCP 47: the language of `messages`; English if there are none for `tag`. */
  readonly spoken: string;
  readonly messages: Messages;
  /** The messages for `spoken` are loading; until then they are English. */
  readonly isComing?: true;
}

/** Some of the messages of a language. */
export type PartialMessages = { readonly [Subject in keyof Messages]?: Partial<Messages[Subject]> } & {
  /** The former name of `selectedTime`. */
  readonly moment?: Partial<Messages['selectedTime']>;
} & {
  /** Former texts of the dashboard alone: ignored. */
  readonly [Former in 'host' | 'kinds' | 'theme']?: Readonly<Record<string, string>>;
};

/** By language and script, and by region too if added for one. CLDR completes a tag: `zh` and `zh-CN` are `zh-Hans-CN`. */
const known = new Map<string, Messages>([['en-Latn', en]]);
const followers = new Set<() => void>();

const CHINESE = 'zh-Hans';
/** Loaded when it is the language of an element. */
const chinese = new LazyModule(() => import('./zh-cn.ts'), browserClock, __IS_SINGLE_FILE__);
/** Additions to Chinese before it was loaded. */
const early: (() => void)[] = [];
let isChineseWanted = false;

/**
 * Adds a language or replaces messages of one, for all elements of the page, including those already shown. Messages that are
 * left out stay unchanged; in a new language they are English.
 *
 * @param tag BCP 47. `de` is for all regions; `pt-BR` also serves other regions until they have their own
 * @throws {RangeError} `tag` is not a language tag
 */
export function addLanguage(tag: string, messages: PartialMessages): void {
  const { whole, common } = keysOf(tag);
  if (common === CHINESE && !known.has(common)) {
    early.push(() => addLanguage(tag, messages));
    return;
  }
  const merged = merge(messagesOf(tag) ?? en, messages);
  const isForAll = new Intl.Locale(tag).region === undefined;
  known.set(whole, merged);
  if (isForAll || !known.has(common)) known.set(common, merged);
  tellFollowers();
}

function tellFollowers(): void {
  for (const follow of followers) follow();
}

/** Calls `changed` when a language was added or loaded. Returns the undo. */
export function onLanguageAdded(changed: () => void): () => void {
  followers.add(changed);
  return () => followers.delete(changed);
}

/**
 * The language of a reader who prefers `tags` in this order: the first with messages; else the first tag, with English messages.
 *
 * @throws {RangeError} one of `tags` is not a language tag
 */
export function preferredLanguage(tags: readonly string[]): Language {
  const tag = tags.find((one) => messagesOf(one) !== undefined || isChinese(one)) ?? tags[0] ?? 'en';
  const messages = messagesOf(tag);
  if (messages !== undefined) return { tag, spoken: tag, messages };
  if (isChinese(tag)) loadChinese();
  return isChinese(tag) && !chinese.hasFailed
    ? { tag, spoken: tag, messages: en, isComing: true }
    : { tag, spoken: 'en', messages: en };
}

function isChinese(tag: string): boolean {
  return keysOf(tag).common === CHINESE;
}

function loadChinese(): void {
  if (isChineseWanted) return;
  isChineseWanted = true;
  chinese.follow(() => {
    if (chinese.module !== null) known.set(CHINESE, chinese.module.zhCn);
    for (const add of chinese.module === null ? [] : early.splice(0)) add();
    tellFollowers();
  });
}

/**
 * Canonicalises tags such as `zh_cn`; `null` if it is not a language tag. Cuts off the end of a POSIX locale: without `LANG`, as on a
 * screen started by a service, Chromium says `en-US@posix`.
 */
export function canonicalTag(text: string): string | null {
  const [tag = ''] = text.trim().replaceAll('_', '-').split(/[.@]/);
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/** Chooses among texts that a part of the page has in the languages of this project. */
export function spokenIn<Texts>(
  { spoken }: Language,
  texts: { readonly en: Texts; readonly 'zh-Hans': Texts },
): Texts {
  return isChinese(spoken) ? texts['zh-Hans'] : texts.en;
}

function messagesOf(tag: string): Messages | undefined {
  const { whole, common } = keysOf(tag);
  return known.get(whole) ?? known.get(common);
}

function keysOf(tag: string): { readonly whole: string; readonly common: string } {
  const { language, script, region } = new Intl.Locale(tag).maximize();
  return { whole: `${language}-${script}-${region}`, common: `${language}-${script}` };
}

function merge(base: Messages, added: PartialMessages): Messages {
  const merged: Messages = { ...base };
  for (const [key, texts] of Object.entries(added)) {
    const subject = key === 'moment' ? 'selectedTime' : key;
    if (isSubject(subject)) Object.assign(merged, { [subject]: { ...merged[subject], ...texts } });
  }
  return merged;
}

function isSubject(key: string): key is keyof Messages {
  return Object.hasOwn(en, key);
}
