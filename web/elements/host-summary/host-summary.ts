import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Welcome } from '../../../shared/messages.ts';
import { formatDuration, formatValue } from '../../format.ts';
import { element } from '../define.ts';
import { tokens } from '../tokens.styles.ts';
import { styles } from './host-summary.styles.ts';

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
    const { operatingSystem, cpuModel, cores, memoryTotalBytes, bootedAtMs } =
      this.welcome.hosts[0]?.facts ?? {};
    const memory = memoryTotalBytes === undefined ? undefined : formatValue(memoryTotalBytes, 'bytes');
    const uptime =
      bootedAtMs === undefined || this.hostTimeMs === null
        ? undefined
        : formatDuration(this.hostTimeMs - bootedAtMs);
    const facts: [string, string | undefined][] = [
      ['System', operatingSystem],
      ['CPU', cpuModel],
      ['Cores', cores?.toString()],
      ['Memory', memory && `${memory.number} ${memory.unit}`],
      ['Up', uptime],
      ['Agent', this.welcome.server.version],
    ];
    return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'host-summary': HostSummary;
  }
}
