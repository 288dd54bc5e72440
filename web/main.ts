/** The dashboard's composition root: gives the page's elements to each other. */
import './elements/host-summary/host-summary.ts';
import './elements/metrics-panel/metrics-panel.ts';
import './elements/theme-switch/theme-switch.ts';
import './page.css';
import './dashboard/metric-search/metric-search.ts';
import './dashboard/pause-button/pause-button.ts';
import './dashboard/shortcut-help/shortcut-help.ts';
import './dashboard/window-switch/window-switch.ts';
import type { EmbedDialog } from './dashboard/embed-dialog/embed-dialog.ts';
import { keepAccessToken, takeAccessToken } from './access-token.ts';
import { Address } from './dashboard/address.ts';
import { dashboardMessages } from './dashboard/dashboard-messages.ts';
import { Favourites } from './dashboard/favourites/favourites.ts';
import { preparePaper } from './dashboard/paper.ts';
import { dashboardAdditions, loadAddedElements } from './dashboard/panel-additions.ts';
import { followShortcuts } from './dashboard/shortcuts.ts';
import { Pause } from './dashboard/pause.ts';
import { pointsIn, TIME_SPANS, type TimeSpan } from './dashboard/time-span.ts';
import { showOnWall } from './dashboard/wall.ts';
import { browserLanguage } from './locales/declared-language.ts';
import { applyTheme, rememberedTheme, showTheme, type Theme } from './theme.ts';

const panel = only('metrics-panel');
const summary = only('host-summary');
const themeSwitch = only('theme-switch');
const windowSwitch = only('window-switch');
const pauseButton = only('pause-button');
const metricSearch = only('metric-search');
const help = only('shortcut-help');
const address = new Address();
preparePaper();
const pause = new Pause(panel, pauseButton, () => fitWindow());

const favourites = new Favourites();
panel.additions = dashboardAdditions(favourites);
favourites.follow(() => panel.requestUpdate());
const addedElements = loadAddedElements();

const language = browserLanguage();
document.documentElement.lang = language.tag;

const themes: readonly Theme[] = ['auto', 'light', 'dark'];
const firstTheme = address.view.theme ?? rememberedTheme();
themeSwitch.theme = firstTheme;
showTheme(firstTheme);
const chooseTheme = (theme: Theme): void => {
  themeSwitch.theme = theme;
  applyTheme(theme);
  address.change({ theme: theme === 'auto' ? null : theme });
};
themeSwitch.addEventListener('themechange', ({ detail }) => chooseTheme(detail));

let intervalMs: number | undefined;
/** How many samples the chosen time is depends on the agent. */
const fitWindow = (): void => {
  // What was kept would be lost to another length.
  if (panel.paused) return;
  panel.points = pointsIn(address.view.span, intervalMs, summary.welcome?.limits.maxBackfill);
};
panel.addEventListener('ready', ({ detail }) => {
  intervalMs = detail.intervalMs;
  fitWindow();
});
const chooseSpan = (span: TimeSpan): void => {
  windowSwitch.span = span;
  address.change({ span });
  // Another window is about the present.
  pause.goOn();
};
windowSwitch.span = address.view.span;
fitWindow();
windowSwitch.addEventListener('windowchange', ({ detail }) => chooseSpan(detail));

pauseButton.addEventListener('click', pause.toggle);
panel.addEventListener('dblclick', (event) => {
  // Elsewhere it selects a word.
  if (event.composedPath()[0] instanceof HTMLCanvasElement) pause.back();
});

panel.search = address.view.search;
metricSearch.value = address.view.search;
metricSearch.addEventListener('searchchange', ({ detail }) => {
  panel.search = detail;
  address.change({ search: detail });
});

panel.openSections = address.view.open;
panel.addEventListener('sectionschange', ({ detail }) => address.change({ open: detail }));

if (address.view.isWall) {
  showOnWall(panel);
} else {
  void addedElements.then(({ followZoomGesture }) => followZoomGesture(panel, pause));
  followShortcuts(
    {
      ' ': pause.toggle,
      '/': () => metricSearch.focus(),
      '?': () => help.show(),
      t: () => chooseTheme(themes[(themes.indexOf(themeSwitch.theme) + 1) % themes.length] ?? 'auto'),
      ...Object.fromEntries(TIME_SPANS.map((span, index) => [String(index + 1), () => chooseSpan(span)])),
    },
    () => help.areKeysOn,
  );
}

panel.addEventListener('welcome', ({ detail }) => {
  summary.welcome = detail;
  fitWindow();
  const label = detail.hosts[0]?.label;
  if (label !== undefined) document.title = `${label} · metrics-panel`;
});
panel.addEventListener('sample', ({ detail }) => {
  summary.hostTimeMs = detail.timestampMs;
  summary.uptimeS = detail.values[detail.series.findIndex(({ name }) => name === 'system.uptime')] ?? null;
  pause.count();
});

// Seldom wanted, so it is loaded then.
const embed = document.querySelector('#embed');
if (embed !== null) embed.textContent = dashboardMessages(language).embed;
embed?.addEventListener('click', () => void showEmbedDialog());
async function showEmbedDialog(): Promise<void> {
  await import('./dashboard/embed-dialog/embed-dialog.ts');
  const dialog: EmbedDialog = only('embed-dialog');
  dialog.welcome = summary.welcome;
  if (panel.token !== undefined) dialog.token = panel.token;
  await dialog.show();
}

const showToken = (): void => {
  const token = takeAccessToken();
  if (token !== undefined) panel.token = token;
};
showToken();
window.addEventListener('hashchange', showToken);

let isTokenWanted = false;
/** Whether the agent has yet to say what it thinks of a token that was typed. */
let isTokenNew = false;
panel.addEventListener('statuschange', ({ detail }) => {
  const { state } = detail;
  const isForToken = 'isForToken' in detail;
  if (state === 'connected' && panel.token !== undefined) keepAccessToken(panel.token);
  if (state === 'error' && isForToken) keepAccessToken('');
  // Likely one more wrong one: who typed it decides whether it is tried when the time is over. One that was good before comes back by itself.
  if (state === 'reconnecting' && isForToken && isTokenNew) panel.token = undefined;
  isTokenNew &&= state !== 'connected' && state !== 'error' && panel.token !== undefined;
  isTokenWanted = isForToken && (state === 'error' || panel.token === undefined);
  if (state === 'error' && isTokenWanted) void askForToken(panel.token === undefined ? '' : detail.reason);
  else if (state === 'reconnecting' && isTokenWanted) void askForToken(detail.reason, detail.retryAtMs ?? 0);
  // It stays while what was given is tried.
  else if (state !== 'connecting' && state !== 'disconnected') document.querySelector('token-form')?.leave();
});
async function askForToken(refusal: string, untilMs = 0): Promise<void> {
  await import('./dashboard/token-form/token-form.ts');
  const known = document.querySelector('token-form');
  const form = known ?? document.createElement('token-form');
  if (known === null) {
    form.addEventListener('tokengiven', ({ detail }) => {
      isTokenNew = true;
      // The same as before is a new attempt, too.
      if (panel.token === detail) panel.retry();
      else panel.token = detail;
    });
    form.hidden = true;
    panel.before(form);
  }
  if (isTokenWanted) await form.ask(refusal, untilMs);
}

function only<Tag extends keyof HTMLElementTagNameMap>(tag: Tag): HTMLElementTagNameMap[Tag] {
  const element = document.querySelector(tag);
  if (element === null) throw new Error(`index.html has no <${tag}>`);
  return element;
}
