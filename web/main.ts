/** The dashboard's composition root: binds the page's elements to one state. */
import './dashboard/host-summary/host-summary.ts';
import './elements/connection-badge/connection-badge.ts';
import './elements/metrics-panel/metrics-panel.ts';
import './page.css';
import './dashboard/pause-button/pause-button.ts';
import './dashboard/window-switch/window-switch.ts';
import { only } from './browser/documents.ts';
import { agentUrlOf } from './client/agent-url.ts';
import { bindAttention } from './dashboard/bind-attention.ts';
import { bindControls } from './dashboard/bind-controls.ts';
import { bindBadge, bindHost, bindPast, bindTokenForm, preparePaper } from './dashboard/bind-page.ts';
import { bindSearch } from './dashboard/bind-search.ts';
import { bindPages } from './dashboard/bind-pages.ts';
import { bindPanel } from './dashboard/bind-panel.ts';
import { PageActions } from './dashboard/page-actions.ts';
import { browserLanguage } from './locales/declared-language.ts';
import { DashboardState } from './state/dashboard-state.ts';

const language = browserLanguage();
document.documentElement.lang = language.tag;
preparePaper();

const state = new DashboardState(agentUrlOf(null) ?? location.href);
state.start();

const panel = only(document, 'metrics-panel');
const actions = new PageActions(panel, state);
bindPanel(panel, language, state);
bindAttention(panel, state);
bindHost(only(document, 'host-summary'), state);
bindBadge(only(document, 'connection-badge'), panel, state);
bindPast(only(document, 'pause-button'), language, state);
bindTokenForm(only(document, 'main'), state);
bindPages(panel, language, state, actions.search);
bindSearch(panel, language, state);
bindControls(actions, language, state);
