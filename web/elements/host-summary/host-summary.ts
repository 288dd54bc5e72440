import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { HostFacts, Welcome } from '../../../shared/messages.ts';
import { formatDuration, formatReading } from '../../format.ts';
import { element } from '../define.ts';
import { tokens } from '../tokens.styles.ts';
import { styles } from './host-summary.styles.ts';

const KINDS: Readonly<Record<string, string>> = {
  machine: 'physical machine',
  vm: 'virtual machine',
  lxc: 'system container',
  container: 'container',
};

/** Names the host and what it is; what is not known is left out. */
@element('host-summary')
export class HostSummary extends LitElement {
  static override styles = [tokens, styles];

  /** What the agent said of itself and its host. */
  @property({ attribute: false }) welcome: Welcome | null = null;
  /** The host's own time, Unix ms, for the uptime; the reader's clock may differ. */
  @property({ attribute: false }) hostTimeMs: number | null = null;

  protected override render(): TemplateResult {
    const host = this.welcome?.hosts[0];
    return html`
      <h1>${host?.label ?? 'Live metrics'}</h1>
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
    const { operatingSystem, cpuModel, cores, memoryTotalBytes, bootedAtMs, gpus, disks } = facts;
    const uptime =
      bootedAtMs === undefined || this.hostTimeMs === null
        ? undefined
        : formatDuration(this.hostTimeMs - bootedAtMs);
    const told: [string, string | undefined][] = [
      ['System', operatingSystem],
      ['Runs on', placeOf(facts)],
      ['CPU', cpuModel],
      ['Cores', cores?.toString()],
      ['Memory', memoryTotalBytes === undefined ? undefined : formatReading(memoryTotalBytes, 'bytes')],
      ['GPU', listOf(gpus)],
      ['Disks', listOf(disks)],
      ['Up', uptime],
      ['Agent', this.welcome.server.version],
    ];
    return told.filter((fact): fact is [string, string] => fact[1] !== undefined);
  }
}

/** `KVM virtual machine`, `Docker container`; kinds of a later agent as they are. */
function placeOf({ kind, platform }: HostFacts): string | undefined {
  const words = [platform, kind && (KINDS[kind] ?? kind)].filter(Boolean).join(' ');
  return words === '' ? undefined : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function listOf(things: readonly string[] | undefined): string | undefined {
  return things === undefined || things.length === 0 ? undefined : things.join(', ');
}

declare global {
  interface HTMLElementTagNameMap {
    'host-summary': HostSummary;
  }
}
