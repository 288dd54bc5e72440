import { hostNames, type NamedHost } from '../../../shared/client/host-names.ts';
import { findDeep } from '../../browser/find-deep.ts';
import type { MetricsPanel } from '../../elements/metrics-panel/metrics-panel.ts';
import { labelOf, translate } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { TIME_SPANS } from '../../state/time-span.ts';
import { isOfHost } from '../../state/view.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import type { PageActions } from '../page-actions.ts';
import { deferredParts } from '../lazy-parts.ts';
import { whenLoaded } from '../../browser/when-loaded.ts';
import { spanText } from '../span-text.ts';
import { englishPalette, paletteMessages } from './palette-messages.ts';
import { wordsOf, type Findable } from './ranking.ts';

/** In the order in which groups follow each other when they fit equally well. */
export const KINDS = ['metric', 'process', 'host', 'command'] as const;
export type Kind = (typeof KINDS)[number];

/** Something that the palette finds and does. */
export interface Entry extends Findable {
  /** The same in every language and after a reload: `metric:cpu.user`. */
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  /** In grey: the name of a metric, the key of a command. */
  readonly detail: string;
  readonly act: () => void;
}

export interface PaletteSource {
  readonly panel: MetricsPanel;
  readonly state: DashboardState;
  readonly actions: PageActions;
}

/**
 * Everything that there is to find now: the metrics and processes of the shown host, and what the page can do.
 * @param hosts all that are known
 */
export function entriesOf(source: PaletteSource, hosts: readonly NamedHost[], language: Language): Entry[] {
  const { view } = source.state;
  const ofHost = isOfHost(view.value);
  return [
    ...(ofHost ? [...metricEntries(source, language), ...processEntries(source)] : []),
    ...hostEntries(source, hosts),
    ...commandEntries(source, language),
  ];
}

function metricEntries({ panel, state }: PaletteSource, { messages }: Language): Entry[] {
  const { hosts, view } = state;
  return hosts.catalogue.map((descriptor) => {
    const { name, label, group, instance } = descriptor;
    const title = labelOf(descriptor, messages);
    return {
      id: `metric:${name}`,
      kind: 'metric',
      title,
      detail: name,
      words: wordsOf(title, label, name, group && translate(group, messages), group, instance),
      act: () => {
        if (view.value.search !== '') view.change({ search: '' });
        whenLoaded(deferredParts, ({ showChart }) => showChart(panel, name, hosts.catalogue));
      },
    };
  });
}

/** Those that the table of the page shows now, each name once. */
function processEntries({ panel }: PaletteSource): Entry[] {
  const [table] = panel.shadowRoot === null ? [] : findDeep(panel.shadowRoot, 'process-table');
  if (!(table instanceof HTMLElement) || table.localName !== 'process-table') return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has that tag
  const { descriptor, table: rows } = table as HTMLElementTagNameMap['process-table'];
  const column = descriptor?.columns.findIndex(({ name }) => name === 'name') ?? -1;
  const names = new Set(rows?.rows.map((row) => row[column]).filter((name) => typeof name === 'string'));
  return [...names].map((name) => ({
    id: `process:${name}`,
    kind: 'process',
    title: name,
    detail: '',
    words: wordsOf(name),
    act: () => filterTable(table, name),
  }));
}

/** As if the reader had typed it. */
function filterTable(table: HTMLElement, text: string): void {
  const field = table.shadowRoot?.querySelector<HTMLInputElement>('input[type="search"]');
  if (field === null || field === undefined) return;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  whenLoaded(deferredParts, ({ pointOut }) => pointOut(table));
}

function hostEntries({ state: { view } }: PaletteSource, hosts: readonly NamedHost[]): Entry[] {
  if (hosts.length < 2) return [];
  const nameOf = hostNames(hosts);
  return hosts.map((host) => {
    const title = nameOf(host);
    return {
      id: `host:${host.id}`,
      kind: 'host',
      title,
      detail: title === host.id ? '' : host.id,
      words: wordsOf(title, host.id),
      act: () => view.step({ page: 'host', host: host.id }),
    };
  });
}

/** The reader's views, as far as there are any. */
function viewEntries(
  layouts: DashboardState['layouts'],
  palette: typeof englishPalette,
  command: (id: string, title: string, english: string, detail: string, act: () => void) => Entry,
): Entry[] {
  const { views } = layouts.value;
  if (views.length === 0) return [];
  const entryOf = (name: string | null): Entry =>
    command(
      `view-${name ?? ''}`,
      palette.view(name ?? palette.defaultView),
      `view layout ${name ?? 'default'}`,
      '',
      () => layouts.choose(name),
    );
  return [entryOf(null), ...views.map(({ name }) => entryOf(name))];
}

function commandEntries({ actions, state }: PaletteSource, language: Language): Entry[] {
  const palette = paletteMessages(language);
  const messages = dashboardMessages(language);
  const { view, hosts } = state;
  const live = messages.live(spanText('points', hosts.intervalMs.value, language));
  const command = (id: string, title: string, english: string, detail: string, act: () => void): Entry => ({
    id: `command:${id}`,
    kind: 'command',
    title,
    detail,
    words: wordsOf(title, english),
    act,
  });
  const themes = (['auto', 'light', 'dark'] as const).map((theme) =>
    command(`theme-${theme}`, palette.themes[theme], englishPalette.themes[theme], '', () =>
      actions.chooseTheme(theme),
    ),
  );
  const help = command('help', messages.shortcuts, 'help keys shortcuts', '?', actions.showHelp);
  const others =
    (hosts.count ?? 1) > 1
      ? [command('hosts', messages.allHosts, 'all hosts overview', 'H', () => view.step({ page: 'hosts' }))]
      : [];
  if (!isOfHost(view.value)) return [...others, ...themes, help];
  const spans = TIME_SPANS.filter(actions.isOffered).map((span) => {
    const name = span === 'points' ? live : messages.longSpans[span];
    const short = span === 'points' ? '' : messages.spans[span];
    const key = String((TIME_SPANS.indexOf(span) + 1) % TIME_SPANS.length);
    const entry = command(`window-${span}`, palette.show(name), '', key, () => actions.chooseSpan(span));
    // Whoever types "5 min" means the window, not the load of 5 minutes.
    return { ...entry, words: wordsOf(short, name, palette.show(name), span, 'window last') };
  });
  return [
    command('pause', palette.pause, 'pause resume live freeze', 'Space', actions.pauseOrGoLive),
    ...spans,
    command('alerts', palette.alerts, englishPalette.alerts, 'A', actions.showAlerts),
    command('embed', messages.embed, 'embed html snippet', '', actions.embed),
    command('layout', messages.layout, 'layout view edit arrange cards', '', actions.editLayout),
    ...viewEntries(state.layouts, palette, command),
    command('send', messages.sendMoment, 'send share moment html file export', '', actions.sendMoment),
    command('csv', messages.saveCsv, 'export save csv', '', actions.saveCsv),
    command('png', messages.savePng, 'export save picture png image', '', actions.savePng),
    command('wall', messages.wall, 'wall full screen kiosk', '', actions.showWall),
    ...others,
    ...themes,
    help,
  ];
}
