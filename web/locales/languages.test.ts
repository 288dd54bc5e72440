import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import {
  addLanguage,
  canonicalTag,
  onLanguageAdded,
  preferredLanguage,
  type PartialMessages,
} from './languages.ts';
import { zhCn } from './zh-cn.ts';

// First: the tests below need what it loads.
it('loads Chinese on demand, and has English until then', async () => {
  expect(preferredLanguage(['zh-CN'])).toEqual({
    tag: 'zh-CN',
    spoken: 'zh-CN',
    messages: en,
    isComing: true,
  });
  let told = 0;
  const leave = onLanguageAdded(() => (told += 1));
  addLanguage('zh-Hans-MY', { badge: { connected: '在线' } });
  await expect.poll(() => preferredLanguage(['zh-CN']).isComing).toBeUndefined();
  expect(told).toBeGreaterThan(0);
  leave();
});

describe('preferredLanguage', () => {
  it.each(['zh', 'zh-CN', 'zh-Hans', 'zh-hans-HK', 'zh-SG', 'zh-CN-u-nu-hanidec'])(
    'has Chinese messages for %s',
    (tag) => {
      expect(preferredLanguage([tag])).toEqual({ tag, spoken: tag, messages: zhCn });
    },
  );

  it.each(['en', 'en-GB', 'en-Latn-IN'])('has English messages for %s', (tag) => {
    expect(preferredLanguage([tag])).toEqual({ tag, spoken: tag, messages: en });
  });

  it.each(['de-AT', 'zh-TW', 'zh-Hant', 'tlh'])(
    'has English messages and the formats of %s without a translation',
    (tag) => {
      expect(preferredLanguage([tag])).toEqual({ tag, spoken: 'en', messages: en });
    },
  );

  it('takes the first language with messages, else the formats of the first', () => {
    expect(preferredLanguage(['de', 'zh-CN', 'en']).tag).toBe('zh-CN');
    expect(preferredLanguage(['de', 'fr'])).toEqual({ tag: 'de', spoken: 'en', messages: en });
    expect(preferredLanguage([])).toEqual({ tag: 'en', spoken: 'en', messages: en });
  });
});

describe('canonicalTag', () => {
  it.each([
    ['zh-cn', 'zh-CN'],
    ['zh_CN', 'zh-CN'],
    [' EN ', 'en'],
    ['en-US@posix', 'en-US'],
    ['de_DE.UTF-8@euro', 'de-DE'],
    ['', null],
    ['C.UTF-8', null],
    ['not a language', null],
    ['../etc', null],
  ])('of %j is %j', (text, expected) => {
    expect(canonicalTag(text)).toBe(expected);
  });
});

describe('addLanguage', () => {
  it('adds a language for all regions, in English where it lacks messages', () => {
    addLanguage('nl', { badge: { connected: 'Verbonden' } });
    const { messages, spoken } = preferredLanguage(['nl-BE']);
    expect(spoken).toBe('nl-BE');
    expect(messages.badge.connected).toBe('Verbonden');
    expect(messages.badge.error).toBe(en.badge.error);
    expect(messages.chart).toEqual(en.chart);
    addLanguage('nl', { badge: { error: 'Fout' } });
    expect(preferredLanguage(['nl']).messages.badge).toMatchObject({ connected: 'Verbonden', error: 'Fout' });
  });

  it('adds to a language that was not loaded yet', () => {
    const { badge } = preferredLanguage(['zh-Hans-MY']).messages;
    expect(badge).toEqual({ ...zhCn.badge, connected: '在线' });
  });

  it('accepts the former key of the selected time', () => {
    addLanguage('fi', { moment: { back: 'Takaisin' }, selectedTime: { chosen: 'Valittu aika' } });
    expect(preferredLanguage(['fi']).messages.selectedTime).toEqual({
      ...en.selectedTime,
      back: 'Takaisin',
      chosen: 'Valittu aika',
    });
  });

  it('uses messages of one region for others until they have their own', () => {
    addLanguage('pt-BR', { chart: { time: 'Tema BR' } });
    expect(preferredLanguage(['pt-PT']).messages.chart.time).toBe('Tema BR');
    addLanguage('pt-PT', { chart: { time: 'Tema PT' } });
    expect(preferredLanguage(['pt-PT', 'pt-BR']).messages.chart.time).toBe('Tema PT');
    expect(preferredLanguage(['pt-BR']).messages.chart.time).toBe('Tema BR');
    expect(preferredLanguage(['pt']).messages.chart.time).toBe('Tema BR');
    expect(preferredLanguage(['pt-AO']).messages.chart.time).toBe('Tema BR');
  });

  it('leaves other languages alone, and ignores unknown keys', () => {
    // Scripts may pass anything, whatever the types say.
    const nonsense: unknown = JSON.parse('{"__proto__":{"polluted":"yes"},"toString":{"connected":"no"}}');
    addLanguage('da', nonsense as PartialMessages);
    expect(preferredLanguage(['da']).messages).toEqual(en);
    expect(preferredLanguage(['en']).messages).toBe(en);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('notifies followers until their undo', () => {
    let told = 0;
    const leave = onLanguageAdded(() => (told += 1));
    addLanguage('sv', {});
    leave();
    addLanguage('sv', {});
    expect(told).toBe(1);
  });

  it('rejects an invalid language tag', () => {
    expect(() => addLanguage('not a language', {})).toThrow(RangeError);
  });
});

describe('Chinese', () => {
  it('has its own text for every English one', () => {
    for (const [subject, texts] of Object.entries(en)) {
      for (const [key, text] of Object.entries(texts)) {
        const own: unknown = Reflect.get(Reflect.get(zhCn, subject), key);
        expect(typeof own, `${subject}.${key}`).toBe(typeof text);
        if (typeof text === 'string' && !/^[A-Z]PU$/.test(text))
          expect(own, `${subject}.${key}`).not.toBe(text);
      }
    }
  });
});
