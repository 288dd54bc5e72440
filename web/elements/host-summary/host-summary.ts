import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { hostNames } from '../../../shared/client/host-names.ts';
import { findHost, type HostDescription, type Welcome } from '../../../shared/client/welcome.ts';
import type { HostDetails } from '../../../shared/protocol/messages.ts';
import { formatDuration, formatReading } from '../../locales/format.ts';
import { ownText } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';
import { element } from '../define-element.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { tokens } from '../tokens.styles.ts';
import { hostSummaryMessages } from './host-summary-messages.ts';
import { styles } from './host-summary.styles.ts';

/** The host's name and details; unknown details are omitted. */
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

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult {
    const { host } = this;
    return html`
      <h1>${breakableName(this.#name ?? host ?? hostSummaryMessages(this.#language).unnamed)}</h1>
      <dl>
        ${this.#details().map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    `;
  }

  get #name(): string | undefined {
    const host = this.#host;
    return host === undefined ? undefined : hostNames(this.welcome?.hosts ?? [])(host);
  }

  get #host(): HostDescription | undefined {
    return this.welcome === null ? undefined : findHost(this.welcome, this.host ?? undefined);
  }

  #details(): [name: string, value: string][] {
    if (this.welcome === null) return [];
    const host = this.#host;
    const details = host?.facts ?? {};
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
      // Of a host that another agent samples, nothing is known of that agent.
      [
        messages.agent,
        host !== undefined && host.status === undefined ? this.welcome.server.version : undefined,
      ],
    ];
    return rows.filter((row): row is [string, string] => row[1] !== undefined);
  }

  #uptimeMs({ bootedAtMs }: HostDetails): number | null {
    if (this.uptimeS !== null) return this.uptimeS * 1000;
    return bootedAtMs === undefined || this.hostTimeMs === null ? null : this.hostTimeMs - bootedAtMs;
  }
}

/** A name that is too long for its line is broken after its `@`, if it has one, instead of between the digits of a port. */
function breakableName(name: string): TemplateResult {
  const end = name.indexOf('@') + 1;
  return html`${name.slice(0, end)}<wbr />${name.slice(end)}`;
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
