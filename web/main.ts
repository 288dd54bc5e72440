/** The dashboard's composition root: gives the page's elements to each other. */
import './elements/host-summary/host-summary.ts';
import './elements/metrics-panel/metrics-panel.ts';
import './elements/theme-switch/theme-switch.ts';
import './page.css';
import { takeAccessToken } from './access-token.ts';
import { preferredLanguage } from './locales/languages.ts';
import { applyTheme, rememberedTheme } from './theme.ts';

const panel = only('metrics-panel');
const summary = only('host-summary');
const themeSwitch = only('theme-switch');

document.documentElement.lang = preferredLanguage(navigator.languages).tag;

const theme = rememberedTheme();
themeSwitch.theme = theme;
applyTheme(theme);
themeSwitch.addEventListener('themechange', ({ detail }) => applyTheme(detail));

panel.addEventListener('welcome', ({ detail }) => {
  summary.welcome = detail;
  const label = detail.hosts[0]?.label;
  if (label !== undefined) document.title = `${label} · metrics-panel`;
});
panel.addEventListener('sample', ({ detail }) => {
  summary.hostTimeMs = detail.timestampMs;
});

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
