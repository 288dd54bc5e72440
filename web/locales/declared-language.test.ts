import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { languageOf, markLanguage, watchLanguage } from './declared-language.ts';
import { addLanguage } from './languages.ts';

const page = document.documentElement;
const before = page.getAttribute('lang');

/** A child of a shadow root whose host stands in a section of the page. */
function nested(): { section: HTMLElement; host: HTMLElement; child: HTMLElement } {
  const [section, host, child] = ['section', 'div', 'p'].map((tag) => document.createElement(tag));
  if (section === undefined || host === undefined || child === undefined) throw new Error('three');
  host.attachShadow({ mode: 'open' }).append(child);
  section.append(host);
  document.body.append(section);
  return { section, host, child };
}

beforeEach(() => page.removeAttribute('lang'));
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
  if (before === null) page.removeAttribute('lang');
  else page.lang = before;
});

describe('languageOf', () => {
  it('is that of the nearest lang, also across a shadow root', () => {
    const { section, host, child } = nested();
    page.lang = 'de';
    expect(languageOf(child).tag).toBe('de');
    section.lang = 'zh';
    expect(languageOf(child).tag).toBe('zh');
    host.lang = 'en-GB';
    expect(languageOf(child).tag).toBe('en-GB');
    child.lang = 'fr';
    expect(languageOf(child)).toMatchObject({ tag: 'fr', spoken: 'en' });
  });

  it('is the browser’s if the page declares none or an invalid one', () => {
    const { host, child } = nested();
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['xx-nonsense', 'zh-CN']);
    expect(languageOf(child).tag).toBe('zh-CN');
    for (const lang of ['', 'not a language']) {
      host.lang = lang;
      expect(languageOf(child).tag).toBe('zh-CN');
    }
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue([]);
    expect(languageOf(child).tag).toBe('en');
  });

  it('ignores the mark of an element', () => {
    const { host, child } = nested();
    host.lang = 'de';
    markLanguage(child, 'en');
    expect(child.lang).toBe('en');
    expect(languageOf(child).tag).toBe('de');
    markLanguage(child, null);
    expect(child.hasAttribute('lang')).toBe(false);
    child.lang = 'fr';
    markLanguage(child, null);
    expect(languageOf(child).tag).toBe('fr');
  });
});

describe('watchLanguage', () => {
  it('reports changes of every lang above, of the browser’s language and of added ones, until the undo', async () => {
    const { section, host, child } = nested();
    let told = 0;
    const unwatch = watchLanguage(child, () => (told += 1));
    for (const element of [page, section, host, child]) {
      const toldBefore = told;
      element.lang = 'de';
      await expect.poll(() => told).toBe(toldBefore + 1);
    }
    window.dispatchEvent(new Event('languagechange'));
    expect(told).toBe(5);
    addLanguage('fi', {});
    expect(told).toBe(6);
    unwatch();
    window.dispatchEvent(new Event('languagechange'));
    addLanguage('fi', {});
    host.lang = 'fr';
    await Promise.resolve();
    expect(told).toBe(6);
  });
});
