import { only } from '../browser/documents.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { TIME_SPANS } from '../state/time-span.ts';
import { isOfHost } from '../state/view.ts';
import type { PageActions } from './page-actions.ts';
import { followPaletteKeys, followShortcuts } from './shortcuts.ts';

/** Lets the keyboard do `actions`, and explains its keys. */
export function bindKeys(actions: PageActions, { shortcuts, time, view }: DashboardState): void {
  only(document, 'shortcut-help').shortcuts = shortcuts;
  followPaletteKeys(actions.search);
  followShortcuts(
    {
      '/': () => {
        const page = document.querySelector<HTMLElement>('host-overview, host-comparison');
        if (page === null) actions.search();
        else page.focus();
      },
      '?': actions.showHelp,
      t: actions.nextTheme,
    },
    () => shortcuts.value,
  );
  followShortcuts(
    {
      ' ': actions.pauseOrGoLive,
      a: actions.showAlerts,
      ',': time.earlier,
      '.': time.later,
      '+': time.zoomIn,
      '=': time.zoomIn,
      '-': time.zoomOut,
      ...Object.fromEntries(
        // Ten keys for ten spans: 1 to 9, and 0.
        TIME_SPANS.map((span, index) => [
          String((index + 1) % TIME_SPANS.length),
          () => actions.chooseSpan(span),
        ]),
      ),
    },
    () => shortcuts.value && isOfHost(view.value),
  );
}
