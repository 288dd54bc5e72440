import { html, type TemplateResult } from 'lit';
import type { Language } from '../../locales/languages.ts';
import type { Shortcuts } from '../../state/preferences.ts';
import { shortcutMessages } from './shortcut-messages.ts';

export function shortcutListView(
  title: string,
  shortcuts: Shortcuts,
  closed: () => void,
  language: Language,
): TemplateResult {
  const messages = shortcutMessages(language);
  const clicked = ({ target }: Event): void => {
    // The backdrop is part of the dialog, its content is not.
    if (target instanceof HTMLDialogElement) target.close();
  };
  const host = new URLSearchParams(location.search).get('host');
  const isOverview = document.querySelector('host-overview') !== null;
  const hostKeys = document.querySelector('host-switch') === null ? [] : messages.hostKeys;
  return html`
    <dialog aria-labelledby="title" @close=${closed} @click=${clicked}>
      <div>
        <h2 id="title" tabindex="-1" autofocus>${title}</h2>
        <dl>
          ${(isOverview ? messages.overviewKeys : [...messages.keys, ...hostKeys]).map(
            ([keys, meaning]) =>
              html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                <dd>${meaning}</dd>`,
          )}
          ${(isOverview ? [] : messages.gestures).map(
            ([gesture, meaning]) =>
              html`<dt>${gesture}</dt>
                <dd>${meaning}</dd>`,
          )}
        </dl>
        <label
          ><input type="checkbox" .checked=${shortcuts.value} @change=${shortcuts.toggle} />${messages.isOn}</label
        >
        <form method="dialog">
          <a href=${host === null ? '?wall' : `?host=${encodeURIComponent(host)}&wall`}>${messages.wall}</a>
          <button>${messages.close}</button>
        </form>
      </div>
    </dialog>
  `;
}
