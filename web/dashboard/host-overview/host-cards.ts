import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { keyedList } from '../../elements/keyed-list.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { labelsOf, type ListedHost } from '../../state/host-list.ts';
import type { Reading } from '../../state/host-mark.ts';
import { styles } from './host-cards.styles.ts';
import { hostColours } from './host-colours.styles.ts';
import { isForBrowser } from '../../browser/for-browser.ts';
import { markShape } from './host-shapes.ts';
import { numberView, valuesOf, type HostValues } from './host-values.ts';
import { quietText, whyOf } from './host-words.ts';
import { chooseView, isBlank, labelsText, linkView, readingLine, type HostContext } from './row-view.ts';

const READINGS: readonly Reading[] = ['cpu', 'memory', 'disk', 'network', 'pressure'];

/**
 * A card for each of a few hosts.
 * @fires {CustomEvent<string>} openhost - The reader wants to see this host
 * @fires {CustomEvent<string>} choosehost - The reader chose this host, or gave it up
 * @fires {CustomEvent<readonly string[]>} seehosts - These hosts are shown now
 */
@element('host-cards')
export class HostCards extends OwnElement {
  static override styles = [tokens, hostColours, styles];

  /** In the order of the cards. */
  @property({ attribute: false }) ids: readonly string[] = [];
  @property({ attribute: false }) hosts: ReadonlyMap<string, ListedHost> = new Map();
  @property({ attribute: false }) context: HostContext | null = null;

  /** Shows the hosts as they are now. */
  refresh(): void {
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const shown = this.ids.flatMap((id) => this.hosts.get(id) ?? []);
    return html`<ul @click=${this.#clicked} @keydown=${this.#pressed}>
      ${keyedList(
        shown,
        ({ summary }) => summary.id,
        (host) => html`<li>${this.context === null ? nothing : cardView(host, this.context)}</li>`,
      )}
    </ul>`;
  }

  protected override updated(): void {
    this.dispatchEvent(new CustomEvent('seehosts', { bubbles: true, detail: this.ids }));
  }

  readonly #clicked = (event: MouseEvent): void => {
    const [target] = event.composedPath();
    if (!(target instanceof Element) || isForBrowser(event)) return;
    const id = target.closest<HTMLElement>('article')?.dataset['id'];
    if (id === undefined) return;
    const isChoosing = this.context?.isChoosing === true;
    if (!target.matches('input')) event.preventDefault();
    this.dispatchEvent(
      new CustomEvent(isChoosing ? 'choosehost' : 'openhost', { bubbles: true, detail: id }),
    );
  };

  /** Arrow keys move among the names. */
  readonly #pressed = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const links = [...this.renderRoot.querySelectorAll<HTMLElement>('h2 a')];
    const at = links.findIndex((link) => link.matches(':focus'));
    if (at < 0) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
  };
}

function cardView(host: ListedHost, context: HostContext): TemplateResult {
  const { summary, mark } = host;
  const { words } = context;
  const { messages } = words;
  const recent = context.readings.of(summary.id);
  const values = valuesOf(summary, recent);
  // A card has room for a reason that the top of the page may say of several.
  const why = whyOf(host, { ...words, commonReason: null });
  const quiet = quietText(summary, words);
  const row = (reading: Reading): TemplateResult => html`
    <div class="reading">
      <dt>${messages.readings[reading]}</dt>
      ${
        isBlank(host)
          ? html`<dd class="blank">–</dd>`
          : html`<dd class="line">${readingLine(reading, host, recent)}</dd>
              <dd class="value">${numberView(reading, summary, values, words)}${placeOf(reading, values)}</dd>`
      }
    </div>
  `;
  return html`
    <article class="card ${mark}" data-id=${summary.id}>
      <header>
        ${chooseView(host, context, 0)}${markShape(mark)}
        <h2>${linkView(host, context, 0)}<span class="said">, ${messages.marks[mark]}</span></h2>
        <span class="tags" title=${labelsText(host, true)}
          >${labelsOf(summary).map((label) => html`<span class="tag">${label}</span>`)}</span
        >
      </header>
      <p class="why ${mark}">${why || messages.allWell}<span class="quiet">${mark === 'down' && summary.ts !== null ? messages.lastPicture : quiet}</span></p>
      <dl>${READINGS.map(row)}</dl>
    </article>
  `;
}

/** The mount point of the disk. */
function placeOf(reading: Reading, { disk }: HostValues): TemplateResult | typeof nothing {
  return reading === 'disk' && disk !== null
    ? html` <span class="what" title=${disk.name}>${disk.name}</span>`
    : nothing;
}

declare global {
  interface HTMLElementTagNameMap {
    'host-cards': HostCards;
  }
}
