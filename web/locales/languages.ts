import { browserClock } from '../browser-clock.ts';
import { LazyModule } from '../lazy-module.ts';
import { en, type Messages } from './en.ts';

/** What an element speaks to its reader. */
export interface Language {
  /** BCP 47: how figures and times are written. */
  readonly tag: string;
  /** BCP 47: what the   /* are in; English where there are none in the language of `tag`. */
  readonly spoken: string;
  readonly messages: Messages;
  /** Those of `spoken` are still being loaded, and `messages` are English until then. */
  readonly isComing?: true;
}

/** Some of the /* of a language. */
export type PartialMessages = { readonly [Subject in keyof Messages]?: Partial<Messages[Subject]> };

/** By language and script, and by region where it differs, as CLDR completes a tag: `zh` and `zh-CN` are `zh-Hans-CN`. */
const known = new Map<string, Messages>([['en-Latn', en]]);
const followers = new Set<() => void>();

const CHINESE = 'zh-Hans';
/** Loaded when somebody reads it. */
const chinese = new LazyModule(() => import('./zh-cn.ts'), browserClock, __IS_SINGLE_FILE__);
/** What was added to it before it had come. */
const early: (() => void)[] = [];
let isChineseWanted = false;

/**
 * Adds a language, or replaces  * of one that is there, for all elements of the page, those that it shows already included.
 * What is left out stays as it was: English in a new language.
 *
 * @param tag BCP 47: `de` for all who read German, `pt-BR` also for those of other countries until they have their own
 * @throws {RangeError} `tag` is no language tag
 */
export function addLanguage(tag: string, messages: PartialMessages): void {
  const { whole, common } = keysOf(tag);
  if (common === CHINESE && !known.has(common)) {
    early.push(() => addLanguage(tag, messages));
    return;
  }
  const merged = merge(wordsOf(tag) ?? en, messages);
  const isForAll = new Intl.Locale(tag).region === undefined;
  known.set(whole, merged);
  if (isForAll || !known.has(common)) known.set(common, merged);
  tellFollowers();
}

function tellFollowers(): void {
  for (const follow of followers) follow();
}

/** Calls `changed` when a language was added or has come. Returns the undo. */
export function onLanguageAdded(changed: () => void): () => void {
  followers.add(changed);
  return () => followers.delete(changed);
}

/**
 * The language of someone who prefers `tags` in this order: the first that there are  * of, else English  *.
 *
 * @throws {RangeError} one of `tags` is no language tag
 */
export function preferredLanguage(tags: readonly string[]): Language {
  const tag = tags.find((one) => wordsOf(one) !== undefined || isChinese(one)) ?? tags[0] ?? 'en';
  const messages = wordsOf(tag);
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
 * `zh_cn` and the like as they should be; `null` for what is no language tag. Of a locale of POSIX its language and region: Chromium
 * says `en-US@posix` where `LANG` is not set, as on a screen that a service starts.
 */
export function canonicalTag(text: string): string | null {
  const [tag = ''] = text.trim().replaceAll('_', '-').split(/[.@]/);
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/** Which of `texts` are in a language: those of a part of the page that has /* of its own, in the languages that this project speaks. */
export function spokenIn<Texts>(
  { spoken }: Language,
  texts: { readonly en: Texts; readonly 'zh-Hans': Texts },
): Texts {
  return isChinese(spoken) ? texts['zh-Hans'] : texts.en;
}

function wordsOf(tag: string): Messages | undefined {
  const { whole, common } = keysOf(tag);
  return known.get(whole) ?? known.get(common);
}

function keysOf(tag: string): { readonly whole: string; readonly common: string } {
  const { language, script, region } = new Intl.Locale(tag).maximize();
  return { whole: `${language}-${script}-${region}`, common: `${language}-${script}` };
}

function merge(base: Messages, added: PartialMessages): Messages {
  const merged: Messages = { ...base };
  for (const subject of Object.keys(added)) {
    if (isSubject(subject)) Object.assign(merged, { [subject]: { ...base[subject], ...added[subject] } });
  }
  return merged;
}

function isSubject(key: string): key is keyof Messages {
  return Object.hasOwn(en, key);
}
