import { html, type TemplateResult } from 'lit';
import type { Language } from '../../locales/languages.ts';
import type { Shortcuts } from '../../state/preferences.ts';
import { shortcutMessages } from './shortcut-messages.ts';

export { styles as shortcutListStyles } from './shortcut-list.styles.ts';

/** The dialog with the keys and gestures. */
export function shortcutListView(
  title: string,
  shortcuts: Shortcuts,
  closed: () => void,
  language: Language,
): TemplateResult {
  const messages = shortcutMessages(language);
  const close = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close();
  };
  // The backdrop is part of the dialog, its content is not.
  const closeOutside = (event: Event): void => {
    if (event.target === event.currentTarget) close(event);
  };
  return html`
    <dialog aria-labelledby="title" @close=${closed} @click=${closeOutside}>
      <div>
        <h2 id="title" tabindex="-1" autofocus>${title}</h2>
        <dl>
          ${messages.keys.map(
            ([keys, meaning]) =>
              html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                <dd>${meaning}</dd>`,
          )}
          ${messages.gestures.map(
            ([gesture, meaning]) =>
              html`<dt>${gesture}</dt>
                <dd>${meaning}</dd>`,
          )}
        </dl>
        <label
          ><input type="checkbox" .checked=${shortcuts.value} @change=${shortcuts.toggle} />${messages.isOn}</label
        >
        <p>
          <a href="?wall">${messages.wall}</a>
          <button type="button" @click=${close}>${messages.close}</button>
        </p>
      </div>
    </dialog>
  `;
}
