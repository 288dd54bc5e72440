import { existsSync } from 'node:fs';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { rounded } from '../../rounding.ts';
import { KernelFile, SINGLE_ENTRY_BYTES } from '../../kernel/kernel-file.ts';
import { netFolder, type KernelRoots } from '../../kernel/roots.ts';
import type { RawValue } from '../../raw-values.ts';
import { socketMetrics } from './metrics.ts';
import { SnmpColumns, sockstatValue } from './proc-net.ts';
import { rawNetstat, rawSockstat } from './raw-values.ts';

/**
 * Connections and sockets of the host's network namespace, from `snmp`, `netstat`, `sockstat` and `sockstat6` in `/proc/net`. A rate is `null`
 * at the first reading and after a failed one. Read at most once a second. A metric exists if the first look finds its value.
 */
export function socketsCollector(roots: KernelRoots): Collector {
  const source = new SocketCounts(roots);
  const isKnown = source.read().map((value) => value !== null);
  const select = <T>(all: readonly T[]): T[] => all.filter((_, index) => isKnown[index]);
  const rates = new CounterRates();
  const read = (atMs: number): Values => {
    const values = source.read();
    const perSecond = rates.next(values.slice(FIRST_COUNTER, AFTER_COUNTERS), atMs);
    return select([
      ...values.slice(0, FIRST_COUNTER),
      ...perSecond.map((rate) => rounded(rate, 2)),
      ...values.slice(AFTER_COUNTERS),
    ]);
  };
  return {
    subject: 'sockets',
    everyMs: READ_EVERY_MS,
    metrics: select(socketMetrics('linux')),
    prime(atMs) {
      read(atMs);
    },
    read,
    rawValues: () => source.rawValues(),
    close: () => source.close(),
  };
}

/** The kernel adds up hundreds of counters of each processor for these texts, which costs as much as all other texts together. */
const READ_EVERY_MS = 1000;

/** Position of the rates among the metrics. */
const FIRST_COUNTER = 1;
const AFTER_COUNTERS = 5;

/** Kernel values in the order of the metrics: counters and states, not rates. */
class SocketCounts {
  readonly #snmp: KernelFile | null;
  readonly #netstat: KernelFile | null;
  readonly #sockstat: KernelFile | null;
  readonly #sockstat6: KernelFile | null;
  readonly #tcp = new SnmpColumns('Tcp', ['CurrEstab', 'ActiveOpens', 'PassiveOpens', 'RetransSegs']);
  readonly #tcpExt = new SnmpColumns('TcpExt', ['ListenDrops', 'ListenOverflows']);

  #snmpText = '';
  #netstatText = '';
  #sockstatText = '';
  #sockstat6Text = '';

  constructor(roots: KernelRoots) {
    const folder = netFolder(roots);
    this.#snmp = fileIfThere(`${folder}/snmp`);
    this.#netstat = fileIfThere(`${folder}/netstat`);
    this.#sockstat = fileIfThere(`${folder}/sockstat`);
    this.#sockstat6 = fileIfThere(`${folder}/sockstat6`);
  }

  read(): (number | null)[] {
    this.#snmpText = textOf(this.#snmp);
    this.#netstatText = textOf(this.#netstat);
    this.#sockstatText = textOf(this.#sockstat);
    this.#sockstat6Text = textOf(this.#sockstat6);
    const sockstat = this.#sockstatText;
    const [established, active, passive, retransmits] = this.#tcp.read(this.#snmpText);
    const [drops, overflows] = this.#tcpExt.read(this.#netstatText);
    const udp = sockstatValue(sockstat, 'UDP', 'inuse');
    return [
      established ?? null,
      typeof active === 'number' && typeof passive === 'number' ? active + passive : null,
      retransmits ?? null,
      drops ?? null,
      overflows ?? null,
      sockstatValue(sockstat, 'TCP', 'tw'),
      sockstatValue(sockstat, 'sockets', 'used'),
      // A kernel without IPv6 has neither the file nor such sockets.
      udp === null ? null : udp + (sockstatValue(this.#sockstat6Text, 'UDP6', 'inuse') ?? 0),
    ];
  }

  *rawValues(): Generator<RawValue, void> {
    yield* rawNetstat(this.#netstatText);
    yield* rawNetstat(this.#snmpText);
    yield* rawSockstat(this.#sockstatText);
    yield* rawSockstat(this.#sockstat6Text);
  }

  close(): void {
    for (const file of [this.#snmp, this.#netstat, this.#sockstat, this.#sockstat6]) file?.close();
  }
}

/** Checked once: looking for a missing file costs more than reading an existing one. */
function fileIfThere(path: string): KernelFile | null {
  return existsSync(path) ? new KernelFile(path, SINGLE_ENTRY_BYTES) : null;
}

function textOf(file: KernelFile | null): string {
  return file?.readIfAny() ?? '';
}
