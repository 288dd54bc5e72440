import { html, nothing, render, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { isForBrowser } from '../../browser/for-browser.ts';
import { element } from '../../elements/define-element.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { HOST_SORTS, type HostSort } from '../../state/host-filter.ts';
import type { ListedHost } from '../../state/host-list.ts';
import { hostColours } from './host-colours.styles.ts';
import { styles } from './host-rows.styles.ts';
import { COLUMNS, renderRow, type HostContext } from './row-view.ts';
import { placeItems, type PlacedItem } from './row-places.ts';

/** What decides where rows are. */
const PLACING = ['ids', 'context', 'dense', 'narrow', 'sort'] as const;
/** Below this width a row is a name, a line and a number. */
const NARROW = 760;
/** Rows are made a little before they are seen. */
const MARGIN = 240;
/** Pixels at the top and bottom that the focused row keeps away from. */
const HEAD = 40;

/**
 * A table of hosts of which only the rows in sight exist. Arrow keys move the focus from row to row.
 * @fires {CustomEvent<string>} openhost - The reader wants to see this host
 * @fires {CustomEvent<string>} choosehost - The reader chose this host, or gave it up
 * @fires {CustomEvent<readonly string[]>} seehosts - These hosts are in sight now
 * @fires {CustomEvent<HostSort>} sorthosts - The reader wants another order
 */
@element('host-rows')
export class HostRows extends OwnElement {
  static override styles = [tokens, hostColours, styles];

  /** In the order of the rows. */
  @property({ attribute: false }) ids: readonly string[] = [];
  @property({ attribute: false }) hosts: ReadonlyMap<string, ListedHost> = new Map();
  @property({ attribute: false }) context: HostContext | null = null;
  @property() sort: HostSort = 'trouble';
  /** For so many hosts that rows are lower. */
  @property({ type: Boolean, reflect: true }) dense = false;
  @property({ type: Boolean, reflect: true }) narrow = false;

  #items: readonly PlacedItem[] = [];
  #indexes: ReadonlyMap<string, number> = new Map();
  #height = 0;
  readonly #rows = new Map<string, HTMLElement>();
  /** Of the row that has the focus, or would get it. */
  #active = '';
  #frame = 0;
  #observer: ResizeObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      if (width > 0) this.narrow = width < NARROW;
      this.#scrolled();
    });
    this.#observer.observe(this);
    window.addEventListener('scroll', this.#scrolled, { passive: true });
    window.addEventListener('resize', this.#scrolled);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    window.removeEventListener('scroll', this.#scrolled);
    window.removeEventListener('resize', this.#scrolled);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Shows these hosts as they are now, as far as they are in sight; all without `ids`. */
  refresh(ids?: ReadonlySet<string>): void {
    for (const [id, row] of this.#rows) if (ids?.has(id) !== false) this.#renderRow(row, id);
    // What is above may have another height now.
    if (ids !== undefined) this.#scrolled();
  }

  protected override render(): TemplateResult | typeof nothing {
    const messages = this.context?.words.messages;
    if (messages === undefined) return nothing;
    const heads: Record<(typeof COLUMNS)[number], string> = {
      host: messages.host,
      state: messages.state,
      ...messages.readings,
    };
    return html`
      <div
        role="grid"
        aria-label=${messages.title}
        aria-rowcount=${this.#items.length + 1}
        @keydown=${this.#pressed}
        @click=${this.#clicked}
        @focusin=${this.#focused}
      >
        <div role="rowgroup" class="head">
          <div role="row" aria-rowindex="1">
            ${(this.narrow ? (['host', 'cpu'] as const) : COLUMNS).map((column) => {
              const sort = column === 'host' ? 'name' : HOST_SORTS.find((one) => one === column);
              return sort === undefined
                ? html`<div role="columnheader">${heads[column]}</div>`
                : html`<div role="columnheader" aria-sort=${this.sort === sort ? (sort === 'name' ? 'ascending' : 'descending') : 'none'}>
                    <button type="button" data-sort=${sort}>${heads[column]}</button>
                    ${column === 'network' ? html`<span class="what">${messages.networkDirections}</span>` : ''}
                    ${column === 'pressure' ? html`<span class="what">${messages.highest}</span>` : ''}
                  </div>`;
            })}
          </div>
        </div>
        <div role="rowgroup" class="body"></div>
      </div>
    `;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.context === null) return;
    if (PLACING.some((name) => changed.has(name))) {
      const size = this.narrow ? 'narrow' : this.dense ? 'dense' : 'usual';
      const isGrouped = this.sort === 'trouble';
      const placed = placeItems(this.ids, this.hosts, this.context.words, size, isGrouped);
      this.#items = placed.items;
      this.#indexes = new Map(placed.items.map(({ key }, index) => [key, index]));
      this.#height = placed.height;
    }
  }

  protected override updated(): void {
    const body = this.#body;
    if (body === null) return;
    body.style.height = `${this.#height}px`;
    this.#place();
    this.refresh();
  }

  get #body(): HTMLElement | null {
    return this.renderRoot.querySelector('.body');
  }

  readonly #scrolled = (): void => {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#place();
    });
  };

  /** Makes the rows that are in sight, from those that are no longer. */
  #place(): void {
    const body = this.#body;
    if (body === null || this.context === null || this.#items.length === 0) {
      body?.replaceChildren();
      this.#rows.clear();
      return;
    }
    const { top } = body.getBoundingClientRect();
    const from = this.#indexAt(-top - MARGIN);
    const to = this.#indexAt(window.innerHeight - top + MARGIN);
    const shown = new Map(
      this.#items.slice(from, to + 1).map((item, offset) => [item.key, { item, index: from + offset }]),
    );
    const activeIndex = this.#indexes.get(this.#active) ?? -1;
    const active = this.#items[activeIndex];
    // It would lose the focus.
    if (active !== undefined && this.#rows.get(active.key)?.matches(':focus, :focus-within') === true)
      shown.set(active.key, { item: active, index: activeIndex });
    const spare: HTMLElement[] = [];
    for (const [key, row] of this.#rows) {
      if (shown.has(key)) continue;
      this.#rows.delete(key);
      spare.push(row);
    }
    const first = [...shown.values()].find(({ item }) => item.id !== null);
    const stop = active !== undefined && shown.has(active.key) ? active.key : first?.item.key;
    const seen: string[] = [];
    for (const [key, { item, index }] of shown) {
      let row = this.#rows.get(key);
      if (row === undefined) {
        row = spare.pop() ?? this.#newRow(body);
        this.#rows.set(key, row);
        this.#renderRow(row, key);
      }
      row.style.transform = `translateY(${item.top}px)`;
      row.style.height = `${item.height}px`;
      row.setAttribute('aria-rowindex', String(index + 2));
      if (item.id === null) row.removeAttribute('tabindex');
      else row.tabIndex = key === stop ? 0 : -1;
      const isInSight = item.top + top < window.innerHeight && item.top + item.height + top > 0;
      if (item.id !== null && isInSight) seen.push(item.id);
    }
    for (const row of spare) row.remove();
    this.dispatchEvent(new CustomEvent('seehosts', { bubbles: true, detail: seen }));
  }

  #newRow(body: HTMLElement): HTMLElement {
    const row = document.createElement('div');
    row.setAttribute('role', 'row');
    body.append(row);
    return row;
  }

  #renderRow(row: HTMLElement, key: string): void {
    const item = this.#items[this.#indexes.get(key) ?? -1];
    const host = item?.id === undefined || item.id === null ? undefined : this.hosts.get(item.id);
    if (this.context === null || item === undefined) return;
    if (host === undefined) {
      row.className = 'section';
      delete row.dataset['id'];
      const columns = this.narrow ? 2 : COLUMNS.length;
      render(html`<div role="rowheader" aria-colspan=${columns}>${item.title}</div>`, row);
      return;
    }
    row.className = `row ${host.mark}`;
    row.dataset['id'] = host.summary.id;
    renderRow(row, host, this.context, this.narrow);
  }

  /** Of the last item that begins above `y`. */
  #indexAt(y: number): number {
    let low = 0;
    let high = this.#items.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#items[middle]?.top ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  readonly #focused = (event: FocusEvent): void => {
    const id = idOf(event);
    if (id !== null) this.#active = id;
  };

  readonly #clicked = (event: MouseEvent): void => {
    const [target] = event.composedPath();
    if (!(target instanceof Element)) return;
    const sort = HOST_SORTS.find((one) => one === target.closest('[data-sort]')?.getAttribute('data-sort'));
    if (sort !== undefined) {
      this.dispatchEvent(
        new CustomEvent('sorthosts', { bubbles: true, detail: sort === this.sort ? 'trouble' : sort }),
      );
      return;
    }
    const id = idOf(event);
    if (id === null || isForBrowser(event)) return;
    if (this.context?.isChoosing === true) {
      if (!target.matches('input')) event.preventDefault();
      this.dispatchEvent(new CustomEvent('choosehost', { bubbles: true, detail: id }));
    } else {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent('openhost', { bubbles: true, detail: id }));
    }
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    const id = idOf(event);
    if (id === null || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter') this.dispatchEvent(new CustomEvent('openhost', { bubbles: true, detail: id }));
    else if (event.key === ' ')
      this.dispatchEvent(new CustomEvent('choosehost', { bubbles: true, detail: id }));
    else if (!this.#move(event.key)) return;
    event.preventDefault();
  };

  /** Returns whether the key moves the focus. */
  #move(key: string): boolean {
    const hosts = this.#items.flatMap(({ id }, index) => (id === null ? [] : [index]));
    const at = hosts.findIndex((index) => this.#items[index]?.key === this.#active);
    const page = Math.max(
      1,
      Math.floor((window.innerHeight - HEAD) / (this.#items.at(-1)?.height ?? 36)) - 1,
    );
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[key];
    if (step === undefined) return false;
    const item = this.#items[hosts[Math.min(hosts.length - 1, Math.max(0, at + step))] ?? 0];
    if (item === undefined) return true;
    this.#active = item.key;
    this.#reveal(item);
    this.#place();
    this.#rows.get(item.key)?.focus({ preventScroll: true });
    // The row before is no longer kept.
    this.#place();
    return true;
  }

  #reveal({ top, height }: PlacedItem): void {
    const y = (this.#body?.getBoundingClientRect().top ?? 0) + top;
    if (y < HEAD) window.scrollBy(0, y - HEAD);
    else if (y + height > window.innerHeight) window.scrollBy(0, y + height - window.innerHeight);
  }
}

/** Of the row in which something happens. */
function idOf(event: Event): string | null {
  const [target] = event.composedPath();
  return target instanceof Element ? (target.closest<HTMLElement>('.row')?.dataset['id'] ?? null) : null;
}

declare global {
  interface HTMLElementTagNameMap {
    'host-rows': HostRows;
  }
  interface HTMLElementEventMap {
    openhost: CustomEvent<string>;
    choosehost: CustomEvent<string>;
    seehosts: CustomEvent<readonly string[]>;
    sorthosts: CustomEvent<HostSort>;
  }
}
