import { hostNames, type NamedHost } from '../../../shared/client/host-names.ts';
import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { isOfHost } from '../../state/view.ts';
import { followShortcuts } from '../shortcuts.ts';
import { hostSwitchMessages } from './host-switch-messages.ts';

/** Leads from the dashboard of a host to the overview, and to the hosts before and after it in the order of their labels. */
@element('host-switch')
export class HostSwitch extends OwnElement {
  static override styles = [
    tokens,
    css`
      :host {
        flex: 0 0 100%;
        font-size: var(--_size-small);
      }
      nav {
        display: flex;
        align-items: center;
        gap: var(--_space-2);
      }
      a {
        margin-inline-end: auto;
      }
      :is(a, button) {
        display: inline-flex;
        align-items: center;
        gap: var(--_space-1);
        min-width: 0;
        min-height: 2rem;
        padding: 0 var(--_space-2);
        font: inherit;
        font-weight: 550;
        color: var(--_text-muted);
        text-decoration: none;
        background: none;
        border: 0;
        border-radius: 0.5rem;
        cursor: pointer;
      }
      :is(a, button):hover {
        color: var(--_text);
        background: var(--_surface);
      }
      a {
        flex: none;
        margin-inline-start: calc(-1 * var(--_space-2));
      }
      button:last-child {
        margin-inline-end: calc(-1 * var(--_space-2));
      }
      button span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      @media (pointer: coarse) {
        :is(a, button) {
          min-width: 2.75rem;
          min-height: 2.75rem;
        }
      }
      @media print {
        nav {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) state: DashboardState | null = null;

  readonly #language = new LanguageController(this);
  #undo: readonly (() => void)[] = [];
  /** As told while the reader wanted a neighbour. The list of the overview would be loaded for it. */
  #named: readonly NamedHost[] = [];
  /** Ends the wait for a list of hosts. */
  #leaveList: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
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
    return html`<nav aria-label=${messages.hosts}>
      <a href="?hosts" @click=${this.#followed}><span aria-hidden="true">‹</span>${messages.all}</a>
      ${this.#stepView(-1)} ${this.#stepView(1)}
    </nav>`;
  }

  /** Of two hosts, the other is both before and after: one button leads there. The name of a neighbour is not known where hosts are too many to be introduced. */
  #stepView(step: -1 | 1): TemplateResult | typeof nothing {
    if ((this.state?.hosts.count ?? 0) < (step < 0 ? 3 : 2)) return nothing;
    const messages = hostSwitchMessages(this.#language);
    const neighbour = this.#neighbour(step);
    const label = neighbour === undefined ? '' : hostNames(this.#hosts ?? [])(neighbour);
    const name = (step < 0 ? messages.before(label) : messages.next(label)).replace(/[:：]\s*$/, '');
    const arrow = html`<i aria-hidden="true">${step < 0 ? '←' : '→'}</i>`;
    return html`<button type="button" title=${name} aria-label=${name} @click=${() => this.#go(step)}>
      ${step < 0 ? arrow : nothing}<span>${label}</span>${step < 0 ? nothing : arrow}
    </button>`;
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
    if (host !== undefined && host !== state.hosts.shown?.id) state.view.step({ page: 'host', host });
  }

  readonly #all = (): void => this.state?.view.step({ page: 'hosts' });

  /** A click with a key opens a tab or window, as on any link. */
  readonly #followed = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#all();
  };
}

function byLabel(one: NamedHost, other: NamedHost): number {
  return one.label.localeCompare(other.label, undefined, { numeric: true });
}

declare global {
  interface HTMLElementTagNameMap {
    'host-switch': HostSwitch;
  }
}
