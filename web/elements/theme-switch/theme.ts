import { recall, remember } from '../../browser/storage.ts';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'metrics-panel.theme';

/** The theme that the reader chose last; `auto` if the browser remembers none. */
export function rememberedTheme(): Theme {
  const stored = recall(() => localStorage, KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

/** Shows the page in `theme` and remembers it. */
export function applyTheme(theme: Theme): void {
  showTheme(theme);
  remember(() => localStorage, KEY, theme);
}

/** Shows the page in `theme`, without remembering it. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  // The browser's own frame takes the colour of the page.
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = meta.dataset['theme'] ?? '';
    meta.media = theme === 'auto' ? `(prefers-color-scheme: ${own})` : theme === own ? 'all' : 'not all';
  }
}
