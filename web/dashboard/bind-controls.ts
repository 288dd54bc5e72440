import { adoptStyles, byId, only } from '../browser/documents.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { dashboardMessages } from './dashboard-messages.ts';
import { deferredParts } from './lazy-parts.ts';
import type { PageActions } from './page-actions.ts';
import { toolStyles } from './tool.styles.ts';
import { whenLoaded } from '../browser/when-loaded.ts';

/** Shows `state` in the page's bar and menu, and lets their controls and the keyboard do `actions`. */
export function bindControls(actions: PageActions, language: Language, state: DashboardState): void {
  // The bar has buttons of its own beside those in elements.
  adoptStyles(toolStyles);
  nameControls(language);
  bindTime(actions, state);
  byId('search').addEventListener('click', actions.search);
  byId('layout').addEventListener('click', actions.editLayout);
  state.layouts.isEditing.follow((isEditing) => {
    byId('layout').ariaPressed = String(isEditing);
  });
  byId('send').addEventListener('click', actions.sendMoment);
  whenLoaded(deferredParts, ({ bindKeys, bindMenu, followPull }) => {
    bindMenu(actions);
    if (state.view.value.isWall) return;
    bindKeys(actions, state);
    followPull(actions, dashboardMessages(language));
  });
}

function nameControls(language: Language): void {
  const messages = dashboardMessages(language);
  const { search, more, theme, embed, layout, sendMoment, saveCsv, savePng, wall, shortcuts } = messages;
  const names = {
    embed,
    'edit-layout': layout,
    'send-moment': sendMoment,
    'save-csv': saveCsv,
    'save-png': savePng,
    wall,
    shortcuts,
  };
  for (const [id, name] of Object.entries(names)) byId(id).textContent = name;
  for (const [id, name] of Object.entries({ search, more, layout, send: sendMoment })) {
    const button = byId(id);
    button.title = name;
    button.ariaLabel = name;
    button.querySelector('.label')?.replaceChildren(name);
  }
  byId('menu').querySelector('h2')?.replaceChildren(theme);
}

function bindTime(actions: PageActions, { hosts, time, pause }: DashboardState): void {
  const windowSwitch = only(document, 'window-switch');
  const pauseButton = only(document, 'pause-button');
  time.follow(({ span, range, isTooLong }) => {
    windowSwitch.span = range === null ? span : null;
    windowSwitch.short = isTooLong;
  });
  hosts.onChange(() => {
    windowSwitch.history = hosts.history;
    windowSwitch.isOfOtherAgent = hosts.isOfOtherAgent;
  });
  hosts.intervalMs.onChange((intervalMs = 1000) => {
    windowSwitch.intervalMs = intervalMs;
  });
  windowSwitch.addEventListener('windowchange', ({ detail }) => actions.chooseSpan(detail));
  pause.newer.onChange((newer) => {
    pauseButton.newer = newer;
  });
  pause.isPaused.onChange((isPaused) => {
    pauseButton.paused = isPaused;
  });
  pause.isMarking.onChange((isMarking) => {
    pauseButton.marking = isMarking;
  });
  pauseButton.addEventListener('click', actions.pauseOrGoLive);
}
