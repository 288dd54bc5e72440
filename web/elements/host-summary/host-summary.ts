import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { HostDetails, Welcome } from '../../../shared/protocol/messages.ts';
import { formatDuration, formatReading } from '../../format.ts';
import { ownText } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';
import { element } from '../define.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { tokens } from '../tokens.styles.ts';
import { styles } from './host-summary.styles.ts';

/** Names the host and what it is; what is not known is left out. */
@element('host-summary')
export class HostSummary extends OwnElement {
  static override styles = [tokens, styles];

  /** What the agent said of itself and its host. */
  @property({ attribute: false }) welcome: Welcome | null = null;
  /** How long the host has been up, seconds, where that is measured. */
  @property({ attribute: false }) uptimeS: number | null = null;
  /** The host's own time, Unix ms, for the uptime where it is not; the reader's clock may differ. */
  @property({ attribute: false }) hostTimeMs: number | null = null;

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult {
    const host = this.welcome?.hosts[0];
    return html`
      <h1>${host?.label ?? this.#language.messages.host.unnamed}</h1>
      <dl>
        ${this.#facts().map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    `;
  }

  #facts(): [name: string, value: string][] {
    if (this.welcome === null) return [];
    const facts = this.welcome.hosts[0]?.facts ?? {};
    const { operatingSystem, cpuModel, cores, memoryTotalBytes, gpus, disks } = facts;
    const { tag, messages } = this.#language;
    const uptimeMs = this.#uptimeMs(facts);
    const told: [string, string | undefined][] = [
      [messages.host.system, operatingSystem],
      [messages.host.runsOn, placeOf(facts, messages)],
      [messages.host.cpu, cpuModel],
      [messages.host.cores, cores === undefined ? undefined : formatReading(cores, 'count', tag)],
      [
        messages.host.memory,
        memoryTotalBytes === undefined ? undefined : formatReading(memoryTotalBytes, 'bytes', tag),
      ],
      [messages.host.gpu, listOf(gpus, messages)],
      [messages.host.disks, listOf(disks, messages)],
      [messages.host.up, uptimeMs === null ? undefined : formatDuration(uptimeMs, tag)],
      [messages.host.agent, this.welcome.server.version],
    ];
    return told.filter((fact): fact is [string, string] => fact[1] !== undefined);
  }

  #uptimeMs({ bootedAtMs }: HostDetails): number | null {
    if (this.uptimeS !== null) return this.uptimeS * 1000;
    return bootedAtMs === undefined || this.hostTimeMs === null ? null : this.hostTimeMs - bootedAtMs;
  }
}

/** `KVM virtual machine`, `Docker container`; kinds of a later agent as they are. */
function placeOf({ kind, platform }: HostDetails, { kinds }: Messages): string | undefined {
  const messages = [platform, kind && (ownText(kinds, kind) ?? kind)].filter(Boolean).join(' ');
  return messages === '' ? undefined : `${messages.charAt(0).toUpperCase()}${messages.slice(1)}`;
}

function listOf(things: readonly string[] | undefined, { separator }: Messages): string | undefined {
  return things === undefined || things.length === 0 ? undefined : things.join(separator.list);
}

declare global {
  interface HTMLElementTagNameMap {
    'host-summary': HostSummary;
  }
}
