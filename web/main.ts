/** The dashboard's composition root: gives the page's elements to each other. */
import './elements/host-summary/host-summary.ts';
import './elements/metrics-panel/metrics-panel.ts';
import './elements/theme-switch/theme-switch.ts';
import './page.css';
import './dashboard/window-switch/window-switch.ts';
import type { EmbedDialog } from './dashboard/embed-dialog/embed-dialog.ts';
import { takeAccessToken } from './access-token.ts';
import { Address } from './dashboard/address.ts';
import { pointsIn } from './dashboard/time-span.ts';
import { applyTheme, rememberedTheme, showTheme } from './theme.ts';

const panel = only('metrics-panel');
const summary = only('host-summary');
const themeSwitch = only('theme-switch');
const windowSwitch = only('window-switch');
const address = new Address();

const theme = address.view.theme ?? rememberedTheme();
themeSwitch.theme = theme;
showTheme(theme);
themeSwitch.addEventListener('themechange', ({ detail }) => {
  applyTheme(detail);
  address.change({ theme: detail === 'auto' ? null : detail });
});

/** How many samples the chosen time is depends on the agent. */
const fitWindow = (): void => {
  panel.points = pointsIn(address.view.span, summary.welcome?.limits);
};
windowSwitch.span = address.view.span;
fitWindow();
windowSwitch.addEventListener('windowchange', ({ detail }) => {
  address.change({ span: detail });
  fitWindow();
});

panel.addEventListener('welcome', ({ detail }) => {
  summary.welcome = detail;
  fitWindow();
  const label = detail.hosts[0]?.label;
  if (label !== undefined) document.title = `${label} · metrics-panel`;
});
panel.addEventListener('sample', ({ detail }) => {
  summary.hostTimeMs = detail.timestampMs;
});

// Seldom wanted, so it is loaded then.
document.querySelector('#embed')?.addEventListener('click', () => void showEmbedDialog());
async function showEmbedDialog(): Promise<void> {
  await import('./dashboard/embed-dialog/embed-dialog.ts');
  const dialog: EmbedDialog = only('embed-dialog');
  dialog.welcome = summary.welcome;
  if (panel.token !== undefined) dialog.token = panel.token;
  dialog.show();
}

const showToken = (): void => {
  const token = takeAccessToken();
  if (token !== undefined) panel.token = token;
};
showToken();
window.addEventListener('hashchange', showToken);

function only<Tag extends keyof HTMLElementTagNameMap>(tag: Tag): HTMLElementTagNameMap[Tag] {
  const element = document.querySelector(tag);
  if (element === null) throw new Error(`index.html has no <${tag}>`);
  return element;
}
