import type { ThemeSwitch } from '../elements/theme-switch/theme-switch.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { isLive, TIME_SPANS, type TimeSpan } from '../state/time-span.ts';
import { applyTheme, rememberedTheme, showTheme, type Theme } from '../elements/theme-switch/theme.ts';
import type { AlertBell } from './alert-bell/alert-bell.ts';
import type { MetricSearch } from './metric-search/metric-search.ts';
import type { PauseButton } from './pause-button/pause-button.ts';
import type { ShortcutHelp } from './shortcut-help/shortcut-help.ts';
import { followShortcuts } from './shortcuts.ts';
import { isOfHost, type View } from '../state/view.ts';
import type { WindowSwitch } from './window-switch/window-switch.ts';

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

export interface Controls {
  readonly themeSwitch: ThemeSwitch;
  readonly windowSwitch: WindowSwitch;
  readonly pauseButton: PauseButton;
  readonly metricSearch: MetricSearch;
  readonly help: ShortcutHelp;
  readonly alertBell: AlertBell;
}

/** Shows `state` in the page's bar, and lets its controls and the keyboard change it. */
export function bindControls(
  { themeSwitch, windowSwitch, pauseButton, metricSearch, help, alertBell }: Controls,
  { view, hosts, time, pause, shortcuts }: DashboardState,
): void {
  themeSwitch.theme = view.value.theme ?? rememberedTheme();
  showTheme(themeSwitch.theme);
  const chooseTheme = (theme: Theme): void => {
    themeSwitch.theme = theme;
    applyTheme(theme);
    view.change({ theme: theme === 'auto' ? null : theme });
  };
  themeSwitch.addEventListener('themechange', ({ detail }) => chooseTheme(detail));

  time.follow(({ span, range, isTooLong }) => {
    windowSwitch.span = range === null ? span : null;
    windowSwitch.short = isTooLong;
  });
  hosts.onChange(() => {
    windowSwitch.history = hosts.history;
    windowSwitch.isOfOtherAgent = hosts.isOfOtherAgent;
  });
  const chooseSpan = (span: TimeSpan): void => {
    time.chooseSpan(span);
    pause.resume();
  };
  windowSwitch.addEventListener('windowchange', ({ detail }) => chooseSpan(detail));

  pause.newer.onChange((newer) => {
    pauseButton.newer = newer;
  });
  pause.isPaused.onChange((isPaused) => {
    pauseButton.paused = isPaused;
  });
  pause.isMarking.onChange((isMarking) => {
    pauseButton.marking = isMarking;
  });
  const toggle = (): void => {
    if (time.value.range === null) pause.toggle();
    else {
      time.live();
      pause.resume();
    }
  };
  pauseButton.addEventListener('click', toggle);

  let searched: Pick<View, 'page' | 'host'> | undefined;
  view.follow(({ page, host, search }) => {
    // Only at first: the field keeps spaces that a search does not have.
    if (page !== searched?.page || host !== searched.host) metricSearch.value = search;
    searched = { page, host };
  });
  metricSearch.addEventListener('searchchange', ({ detail }) => view.change({ search: detail }));

  if (view.value.isWall) return;
  help.shortcuts = shortcuts;
  followShortcuts(
    {
      '/': () =>
        (document.querySelector<HTMLElement>('host-overview, host-comparison') ?? metricSearch).focus(),
      '?': () => help.show(),
      t: () => chooseTheme(THEMES[(THEMES.indexOf(themeSwitch.theme) + 1) % THEMES.length] ?? 'auto'),
    },
    () => shortcuts.value,
  );
  followShortcuts(
    {
      ' ': toggle,
      a: () => alertBell.click(),
      ',': time.earlier,
      '.': time.later,
      '+': time.zoomIn,
      '=': time.zoomIn,
      '-': time.zoomOut,
      ...Object.fromEntries(
        // Ten keys for ten spans: 1 to 9, and 0.
        TIME_SPANS.map((span, index) => [
          String((index + 1) % TIME_SPANS.length),
          () => {
            if (isLive(span) || time.value.isKept === true) chooseSpan(span);
          },
        ]),
      ),
    },
    () => shortcuts.value && isOfHost(view.value),
  );
}
