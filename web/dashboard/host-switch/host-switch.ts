import { hostNames, type NamedHost } from '../../../shared/client/host-names.ts';
import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { isForBrowser } from '../../browser/for-browser.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { isOfHost, writeView } from '../../state/view.ts';
import { deferredParts } from '../lazy-parts.ts';
import { PartController } from '../../elements/part-controller.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import { followShortcuts } from '../shortcuts.ts';
import { hostSwitchMessages } from './host-switch-messages.ts';

/** More are found by a search, not in a list. */
const MOST_LISTED = 20;

/**
 * Leads from the dashboard of a host to the others, which it lists while they are few, and to the overview; by keys also to the hosts before and after it
 * in the order of their labels.
 *
 * @fires {CustomEvent} hostsearch - The reader wants to search for a host
 */
@element('host-switch')
export class HostSwitch extends OwnElement {
  static override styles = [
    tokens,
    css`
      nav {
        display: grid;
        padding-block-end: var(--_space-2);
        margin-block-end: var(--_space-2);
        border-block-end: 1px solid var(--page-border-strong);
      }
      nav .item[aria-current] {
        color: var(--page-text);
        background: color-mix(in srgb, var(--page-text) 8%, transparent);
      }
      .item span {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        unicode-bidi: plaintext;
      }
    `,
  ];

  @property({ attribute: false }) state: DashboardState | null = null;

  readonly #language = new LanguageController(this);
  readonly #sheets = new PartController(this, deferredParts, ({ sheetStyles }) => sheetStyles);
  #undo: readonly (() => void)[] = [];
  /** As told while the reader wanted a neighbour. The list of the overview would be loaded for it. */
  #named: readonly NamedHost[] = [];
  /** Ends the wait for a list of hosts. */
  #leaveList: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sheets.want();
    const { state } = this;
    if (state === null) return;
    this.#undo = [
      state.hosts.onChange(() => this.requestUpdate()),
      followShortcuts(
        { h: this.#all, '[': () => this.#go(-1), ']': () => this.#go(1) },
        () => state.shortcuts.value && isOfHost(state.view.value),
      ),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaveList();
    for (const undo of this.#undo) undo();
  }

  protected override render(): TemplateResult {
    const messages = hostSwitchMessages(this.#language);
    const hosts = this.#hosts ?? [];
    const isFew = hosts.length > 0 && hosts.length <= MOST_LISTED;
    return html`<nav aria-label=${messages.hosts}>
      <a class="item" href="?hosts" @click=${this.#followed(this.#all)}>${dashboardMessages(this.#language).allHosts}</a>
      ${isFew ? hosts.map((host) => this.#hostView(host)) : this.#searchView(messages.find)}
    </nav>`;
  }

  #hostView(host: NamedHost): TemplateResult {
    const view = this.state?.view.value;
    const isShown = host.id === this.state?.hosts.shown?.id;
    const href = view === undefined ? '' : writeView({ ...view, page: 'host', host: host.id, search: '' });
    return html`<a
      class="item"
      href=${href}
      aria-current=${isShown ? 'page' : nothing}
      @click=${this.#followed(() => this.#show(host.id))}
      ><span>${hostNames(this.#hosts ?? [])(host)}</span></a
    >`;
  }

  #searchView(text: string): TemplateResult {
    return html`<button type="button" class="item" @click=${() => this.#leaveFor('hostsearch')}>${text}</button>`;
  }

  /** All hosts, in the order of their labels; `null` before they are known. */
  get #hosts(): readonly NamedHost[] | null {
    const { state } = this;
    if (state === null) return null;
    const { introduced, count = 0 } = state.hosts;
    const known: readonly NamedHost[] = this.#named.length > introduced.length ? this.#named : introduced;
    return known.length < count ? null : known.toSorted(byLabel);
  }

  #neighbour(step: -1 | 1): NamedHost | undefined {
    const hosts = this.#hosts ?? [];
    const { shown } = this.state?.hosts ?? {};
    const index = hosts.findIndex(({ id }) => id === shown?.id);
    if (index < 0) return hosts.at(step < 0 ? -1 : 0);
    return hosts.at((index + step) % hosts.length);
  }

  #go(step: -1 | 1): void {
    const { state } = this;
    if (state === null) return;
    if (this.#hosts === null) {
      this.#leaveList();
      const client = state.connection.client.value;
      if (client === null) return;
      this.#leaveList = client.followHosts(['*'], {
        hosts: ({ complete, hosts }) => {
          this.#named = complete ? hosts : [...this.#named, ...hosts];
          if (this.#hosts === null) return;
          this.#leaveList();
          this.#go(step);
        },
        refused: () => {},
      });
      client.start();
      return;
    }
    const host = this.#neighbour(step)?.id;
    if (host !== undefined) this.#show(host);
  }

  #show(host: string): void {
    const { state } = this;
    if (state !== null && host !== state.hosts.shown?.id) state.view.step({ page: 'host', host });
  }

  readonly #all = (): void => this.state?.view.step({ page: 'hosts' });

  #followed(act: () => void): (event: MouseEvent) => void {
    return (event) => {
      if (isForBrowser(event)) return;
      event.preventDefault();
      this.#leaveFor('hostchosen');
      act();
    };
  }

  /** What shows this element closes. */
  #leaveFor(type: 'hostchosen' | 'hostsearch'): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true }));
  }
}

function byLabel(one: NamedHost, other: NamedHost): number {
  return one.label.localeCompare(other.label, undefined, { numeric: true });
}

declare global {
  interface HTMLElementTagNameMap {
    'host-switch': HostSwitch;
  }
}
