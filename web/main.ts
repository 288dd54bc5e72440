/** The dashboard's composition root: binds the page's elements to one state. */
import './elements/host-summary/host-summary.ts';
import './elements/metrics-panel/metrics-panel.ts';
import './elements/theme-switch/theme-switch.ts';
import './page.css';
import './dashboard/metric-search/metric-search.ts';
import './dashboard/pause-button/pause-button.ts';
import './dashboard/shortcut-help/shortcut-help.ts';
import './dashboard/window-switch/window-switch.ts';
import { only } from './browser/documents.ts';
import { agentUrlOf } from './client/agent-url.ts';
import { bindControls } from './dashboard/bind-controls.ts';
import { bindBadge, bindHost, bindPast, bindTokenForm, preparePaper } from './dashboard/bind-page.ts';
import { bindPages } from './dashboard/bind-pages.ts';
import { bindPanel } from './dashboard/bind-panel.ts';
import { dashboardMessages } from './dashboard/dashboard-messages.ts';
import { browserLanguage } from './locales/declared-language.ts';
import { DashboardState } from './state/dashboard-state.ts';

const language = browserLanguage();
document.documentElement.lang = language.tag;
preparePaper();

const state = new DashboardState(agentUrlOf(null) ?? location.href);
state.start();

const panel = only(document, 'metrics-panel');
bindPanel(panel, language, state);
bindHost(only(document, 'host-summary'), state);
bindBadge(only(document, 'connection-badge'), panel, state);
bindPast(only(document, 'pause-button'), language, state);
bindTokenForm(only(document, 'main'), state);
bindPages(panel, state);
bindControls(
  {
    themeSwitch: only(document, 'theme-switch'),
    windowSwitch: only(document, 'window-switch'),
    pauseButton: only(document, 'pause-button'),
    metricSearch: only(document, 'metric-search'),
    help: only(document, 'shortcut-help'),
    alertBell: only(document, 'alert-bell'),
  },
  state,
);

const embed = document.querySelector('#embed');
if (embed !== null) embed.textContent = dashboardMessages(language).embed;
embed?.addEventListener('click', () => void showEmbedDialog());
async function showEmbedDialog(): Promise<void> {
  await import('./dashboard/embed-dialog/embed-dialog.ts');
  const dialog = only(document, 'embed-dialog');
  dialog.catalogue = state.hosts.catalogue;
  dialog.host = state.hosts.name;
  dialog.hostId = dialog.host === null ? null : (state.hosts.shown?.id ?? null);
  dialog.isOfOtherAgent = state.hosts.isOfOtherAgent;
  dialog.isKept = state.time.value.isKept === true;
  const token = state.connection.token.value;
  if (token !== undefined) dialog.token = token;
  await dialog.show();
}
