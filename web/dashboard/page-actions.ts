import { only } from '../browser/documents.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import { applyTheme, rememberedTheme, showTheme, type Theme } from '../elements/theme-switch/theme.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { Observable } from '../state/observable.ts';
import { isLive, type TimeSpan } from '../state/time-span.ts';
import { deferredParts } from './lazy-parts.ts';
import { goLive } from './time-lane/go-to.ts';
import { whenLoaded } from '../browser/when-loaded.ts';

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** What readers can do with the page; its controls, its keys and its commands all do it by these. */
export class PageActions {
  readonly theme: Observable<Theme>;
  readonly #panel: MetricsPanel;
  readonly #state: DashboardState;

  constructor(panel: MetricsPanel, state: DashboardState) {
    this.#panel = panel;
    this.#state = state;
    this.theme = new Observable(state.view.value.theme ?? rememberedTheme());
    showTheme(this.theme.value);
  }

  readonly chooseTheme = (theme: Theme): void => {
    this.theme.set(theme);
    applyTheme(theme);
    this.#state.view.change({ theme: theme === 'auto' ? null : theme });
  };

  readonly nextTheme = (): void =>
    this.chooseTheme(THEMES[(THEMES.indexOf(this.theme.value) + 1) % THEMES.length] ?? 'auto');

  /** Whether the host's history reaches that far; short spans need none. */
  readonly isOffered = (span: TimeSpan): boolean => isLive(span) || this.#state.time.value.isKept === true;

  readonly chooseSpan = (span: TimeSpan): void => {
    if (!this.isOffered(span)) return;
    this.#state.time.chooseSpan(span);
    this.#state.pause.resume();
  };

  /** Whether something else than the present is shown. */
  get isAway(): boolean {
    return this.#state.pause.isPaused.value || this.#state.time.value.range !== null;
  }

  /** Back to the present, from a pause and from the past. */
  readonly goLive = (): void => goLive(this.#state);

  readonly pauseOrGoLive = (): void => {
    if (this.isAway) this.goLive();
    else this.#state.pause.toggle();
  };

  readonly saveCsv = (): void =>
    void whenLoaded(deferredParts, ({ saveCsv }) => saveCsv(this.#panel, this.#hostName));

  readonly savePng = (): void =>
    void whenLoaded(deferredParts, ({ savePng }) => void savePng(this.#panel, this.#hostName));

  get wallAddress(): string {
    const { page, host } = this.#state.view.value;
    return page === 'host' && host !== null ? `?host=${encodeURIComponent(host)}&wall` : '?wall';
  }

  readonly showWall = (): void => location.assign(this.wallAddress);

  readonly showAlerts = (): void => only(document, 'alert-bell').click();

  readonly showHelp = (): void =>
    void whenLoaded(deferredParts, () => only(document, 'shortcut-help').show());

  readonly embed = (): void => void showEmbedDialog(this.#state);

  /** Begins to arrange the board, or ends it. */
  readonly editLayout = (): void => {
    const { layouts, view } = this.#state;
    if (view.value.search !== '') view.change({ search: '' });
    layouts.isEditing.set(!layouts.isEditing.value);
  };

  readonly sendMoment = (): void => void showMomentDialog(this.#panel, this.#state);

  readonly search = (): void => void showPalette(this.#panel, this.#state, this);

  get #hostName(): string {
    return this.#state.hosts.shownName ?? 'metrics';
  }
}

async function showEmbedDialog({ connection, hosts, time }: DashboardState): Promise<void> {
  await import('./embed-dialog/embed-dialog.ts');
  const dialog = only(document, 'embed-dialog');
  dialog.catalogue = hosts.catalogue;
  dialog.host = hosts.name;
  dialog.hostId = dialog.host === null ? null : (hosts.shown?.id ?? null);
  dialog.isOfOtherAgent = hosts.isOfOtherAgent;
  dialog.isKept = time.value.isKept === true;
  const token = connection.token.value;
  if (token !== undefined) dialog.token = token;
  await dialog.show();
}

async function showMomentDialog(panel: MetricsPanel, state: DashboardState): Promise<void> {
  await import('./moment-page/moment-dialog.ts');
  let dialog = document.querySelector('moment-dialog');
  if (dialog === null) {
    dialog = document.createElement('moment-dialog');
    Object.assign(dialog, { panel, state });
    document.body.append(dialog);
  }
  await dialog.show();
}

async function showPalette(panel: MetricsPanel, state: DashboardState, actions: PageActions): Promise<void> {
  await import('./command-palette/command-palette.ts');
  let palette = document.querySelector('command-palette');
  if (palette === null) {
    palette = document.createElement('command-palette');
    palette.source = { panel, state, actions };
    document.body.append(palette);
  }
  palette.show();
}
