import { html, type TemplateResult } from 'lit';
import type { Words } from './alert-words.ts';

const HOUR_MS = 3_600_000;
const HOURS = ['1', '8', '24'] as const;

export interface SilenceChoice {
  /** Unix ms. */
  readonly untilMs: number;
  readonly comment: string;
}

export interface SilenceForm {
  chosen(choice: SilenceChoice): void;
  cancelled(): void;
}

/** How long an alert is to be silent, and why. */
export function silenceFormView(
  { chosen, cancelled }: SilenceForm,
  { messages, nowMs }: Words,
): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const fields = new FormData(form);
    const span = textOf(fields, 'span');
    const untilMs = span === 'until' ? Date.parse(textOf(fields, 'until')) : nowMs + Number(span) * HOUR_MS;
    const time = form.querySelector<HTMLInputElement>('[name=until]');
    if (!(untilMs > nowMs)) {
      time?.setCustomValidity(messages.noTime);
      time?.reportValidity();
      return;
    }
    chosen({ untilMs, comment: textOf(fields, 'comment').trim() });
  };
  const typed = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) target.setCustomValidity('');
  };
  return html`
    <form class="silence" @submit=${submit} @input=${typed}>
      <label
        >${messages.silenceFor}
        <select name="span" autofocus>
          ${HOURS.map((hours) => html`<option value=${hours}>${messages.spans[hours]}</option>`)}
          <option value="until">${messages.spans.until}</option>
        </select>
      </label>
      <label class="until">${messages.until}<input type="datetime-local" name="until" /></label>
      <label>${messages.comment}<input name="comment" maxlength="200" autocomplete="off" /></label>
      <div class="actions">
        <button class="first">${messages.mute}</button>
        <button type="button" @click=${cancelled}>${messages.cancel}</button>
      </div>
    </form>
  `;
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
