import { html, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { hostNames } from '../../../shared/client/host-names.ts';
import { findHost, type HostDescription, type Welcome } from '../../../shared/client/welcome.ts';
import type { HostDetails } from '../../../shared/protocol/messages.ts';
import { formatCount, formatDuration, formatReading } from '../../locales/format.ts';
import { ownText } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { PartController } from '../../elements/part-controller.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { hostSummaryMessages } from './host-summary-messages.ts';
import { styles } from './host-summary.styles.ts';
import { deferredParts } from '../lazy-parts.ts';
import { whenLoaded } from '../../browser/when-loaded.ts';

const MORE = icon(svg`<path d="m4 6 4 4 4-4" />`);

/**
 * The host's name, which opens its details, and beside it the most important ones in a line. Unknown details are omitted.
 *
 * @slot instead - Shown in place of that line
 * @slot hosts - Before the details: the ways to other hosts
 */
@element('host-summary')
export class HostSummary extends OwnElement {
  static override styles = [tokens, styles];

  /** The agent's introduction of itself and its hosts. */
  @property({ attribute: false }) welcome: Welcome | null = null;
  /** Id of one of them, or a label that only one has; `null`: the first. */
  @property({ attribute: false }) host: string | null = null;
  /** Seconds since the host booted, if that is measured. */
  @property({ attribute: false }) uptimeS: number | null = null;
  /** The host's clock, Unix ms, to compute the uptime otherwise; the reader's clock may differ. */
  @property({ attribute: false }) hostTimeMs: number | null = null;

  /** What is slotted is shown in place of the line of details. */
  @property({ type: Boolean }) instead = false;

  @state() private isOpen = false;

  readonly #language = new LanguageController(this);
  readonly #sheets = new PartController(this, deferredParts, ({ sheetStyles }) => sheetStyles);

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sheets.want();
  }

  protected override render(): TemplateResult {
    const messages = hostSummaryMessages(this.#language);
    const name = this.#name ?? this.host ?? messages.unnamed;
    return html`
      <h1>
        <button type="button" title=${name} aria-haspopup="dialog" aria-expanded=${this.isOpen} @click=${this.#open}>
          <span>${name}</span>${MORE}
        </button>
      </h1>
      <p class="facts" ?hidden=${this.instead}>${this.#facts().map((fact) => html`<span>${fact}</span>`)}</p>
      <slot name="instead" ?hidden=${!this.instead}></slot>
      <dialog class="sheet start" aria-label=${name} @close=${this.#closed}>
        <div>
          <slot name="hosts"></slot>
          <dl>
            ${this.#details().map(
              ([term, value]) =>
                html`<div>
                  <dt>${term}</dt>
                  <dd>${value}</dd>
                </div>`,
            )}
          </dl>
        </div>
      </dialog>
    `;
  }

  close(): void {
    this.renderRoot.querySelector('dialog')?.close();
  }

  readonly #open = (): void => {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog === null) return;
    this.isOpen = true;
    whenLoaded(deferredParts, ({ showSheet }) => {
      if (dialog.isConnected) showSheet(dialog);
    });
  };

  readonly #closed = (): void => {
    this.isOpen = false;
  };

  get #name(): string | undefined {
    const host = this.#host;
    return host === undefined ? undefined : hostNames(this.welcome?.hosts ?? [])(host);
  }

  get #host(): HostDescription | undefined {
    return this.welcome === null ? undefined : findHost(this.welcome, this.host ?? undefined);
  }

  /** `Debian 13`, `8 cores`, `31.2 GiB`, `up 41 d`, `agent 0.2.0`. */
  #facts(): string[] {
    const { operatingSystem, cores, memoryTotalBytes } = this.#host?.facts ?? {};
    const { tag } = this.#language;
    const messages = hostSummaryMessages(this.#language);
    const uptimeMs = this.#uptimeMs(this.#host?.facts ?? {});
    const version = this.#agentVersion;
    return [
      operatingSystem,
      cores === undefined ? undefined : messages.coreCount(formatCount(cores, tag)),
      memoryTotalBytes === undefined ? undefined : formatReading(memoryTotalBytes, 'bytes', tag),
      uptimeMs === null ? undefined : messages.upFor(formatDuration(uptimeMs, tag, 'narrow')),
      version === undefined ? undefined : messages.agentOf(version),
    ].filter((fact) => fact !== undefined);
  }

  /** Of a host that another agent samples, nothing is known of that agent. */
  get #agentVersion(): string | undefined {
    const host = this.#host;
    return host !== undefined && host.status === undefined ? this.welcome?.server.version : undefined;
  }

  #details(): [name: string, value: string][] {
    if (this.welcome === null) return [];
    const details = this.#host?.facts ?? {};
    const { operatingSystem, cpuModel, cores, memoryTotalBytes, gpus, disks } = details;
    const { tag, messages: common } = this.#language;
    const messages = hostSummaryMessages(this.#language);
    const uptimeMs = this.#uptimeMs(details);
    const rows: [string, string | undefined][] = [
      [messages.system, operatingSystem],
      [messages.runsOn, platformOf(details, messages.kinds)],
      [messages.cpu, cpuModel],
      [messages.cores, cores === undefined ? undefined : formatReading(cores, 'count', tag)],
      [
        messages.memory,
        memoryTotalBytes === undefined ? undefined : formatReading(memoryTotalBytes, 'bytes', tag),
      ],
      [messages.gpu, listOf(gpus, common)],
      [messages.disks, listOf(disks, common)],
      [messages.up, uptimeMs === null ? undefined : formatDuration(uptimeMs, tag)],
      [messages.agent, this.#agentVersion],
    ];
    return rows.filter((row): row is [string, string] => row[1] !== undefined);
  }

  #uptimeMs({ bootedAtMs }: HostDetails): number | null {
    if (this.uptimeS !== null) return this.uptimeS * 1000;
    return bootedAtMs === undefined || this.hostTimeMs === null ? null : this.hostTimeMs - bootedAtMs;
  }
}

/** `KVM virtual machine`, `Docker container`. Kinds of a later agent are shown unchanged. */
function platformOf(
  { kind, platform }: HostDetails,
  kinds: Readonly<Record<string, string>>,
): string | undefined {
  const text = [platform, kind && (ownText(kinds, kind) ?? kind)].filter(Boolean).join(' ');
  return text === '' ? undefined : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function listOf(things: readonly string[] | undefined, { separator }: Messages): string | undefined {
  return things === undefined || things.length === 0 ? undefined : things.join(separator.list);
}

declare global {
  interface HTMLElementTagNameMap {
    'host-summary': HostSummary;
  }
}
