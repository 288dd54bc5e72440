import { adoptStyles, byId, only } from '../browser/documents.ts';
import '../elements/theme-switch/theme-switch.ts';
import type { PageActions } from './page-actions.ts';
import { sheetStyles } from './sheet/sheet.styles.ts';
import { showSheet } from './sheet/sheet.ts';

/** Lets the menu of the bar do `actions`. */
export function bindMenu(actions: PageActions): void {
  adoptStyles(sheetStyles);
  const menu = only(document, 'dialog');
  const more = byId('more');
  const themeSwitch = only(document, 'theme-switch');
  actions.theme.follow((theme) => {
    themeSwitch.theme = theme;
  });
  themeSwitch.addEventListener('themechange', ({ detail }) => actions.chooseTheme(detail));
  more.ariaExpanded = 'false';
  more.addEventListener('click', () => {
    byId('wall').setAttribute('href', actions.wallAddress);
    more.ariaExpanded = 'true';
    showSheet(menu);
  });
  menu.addEventListener('close', () => {
    more.ariaExpanded = 'false';
  });
  const acts = {
    embed: actions.embed,
    'edit-layout': actions.editLayout,
    'send-moment': actions.sendMoment,
    'save-csv': actions.saveCsv,
    'save-png': actions.savePng,
    shortcuts: actions.showHelp,
  };
  for (const [id, act] of Object.entries(acts))
    byId(id).addEventListener('click', () => {
      // First: the focus returns to the bar when what comes now is closed.
      menu.close();
      act();
    });
}
