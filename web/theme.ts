export type Theme = 'auto' | 'light' | 'dark';

const STORAGE_KEY = 'metrics-panel.theme';

/** The theme that the reader chose last, `auto` where none was chosen or the browser keeps nothing. */
export function rememberedTheme(): Theme {
  const stored = attempt(() => localStorage.getItem(STORAGE_KEY));
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

/** Shows the page in `theme` and remembers it. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  attempt(() => localStorage.setItem(STORAGE_KEY, theme));
}

/** Storage may be forbidden; the page works without. */
function attempt<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}
