import { cpuTimes } from '../../sampling/collectors/cpu/raw-values.ts';
import { rawDiskstats } from '../../sampling/collectors/disks/raw-values.ts';
import { rawMeminfo, rawVmstat } from '../../sampling/collectors/memory/raw-values.ts';
import { rawNetDev } from '../../sampling/collectors/network/raw-values.ts';
import { parseStalled, stalledFamily } from '../../sampling/collectors/pressure/linux.ts';
import { pressureMetric, RESOURCES } from '../../sampling/collectors/pressure/metrics.ts';
import { rawNetstat, rawSnmp6, rawSockstat } from '../../sampling/collectors/sockets/raw-values.ts';
import { rawActivity, rawFileHandles, rawLoad } from '../../sampling/collectors/system/raw-values.ts';
import { readHostName } from '../../sampling/host-details.ts';
import { netFolder, THIS_HOST, type KernelRoots } from '../../sampling/kernel/roots.ts';
import { textOf } from '../../sampling/kernel/text.ts';
import { NO_LABELS, rawValue, type RawValue } from '../../sampling/raw-values.ts';
import { CpuFrequencies } from './cpu-frequencies.ts';
import { DiskInfo, isExportedDisk } from './disk-info.ts';
import { Filesystems } from './filesystems.ts';
import type { KernelTexts } from './kernel-texts.ts';
import { readEntropy, readSchedstat, readTime, readUname, readZfsArc } from './kernel-state.ts';
import { NetworkDevices } from './network-devices.ts';
import { readArp, readConntrack, readSoftnet, readUdpQueues } from './network-stack.ts';
import { SlowTexts } from './slow-texts.ts';
import { readCoolingDevices, readPowerSupplies, slowPowerFiles } from './thermal-and-power.ts';

/** What a scrape knows besides the kernel's files. */
export interface ScrapeContext {
  /** Unix ms. */
  readonly wallMs: number;
  /** The agent's last values of filesystems. */
  readonly filesystems: Iterable<RawValue>;
  /** Part of a disk's or interface's live metrics' names, by its label; `undefined` where nobody asks for it. */
  readonly partOf: (subject: 'network' | 'disk', label: string) => string | undefined;
}

/** Some series, under the name that node_exporter gives their collector. */
export interface ScrapeSource {
  readonly name: string;
  /** Reads while it is iterated. `null` if this kernel has nothing of it. */
  read(context: ScrapeContext): Iterable<RawValue> | null;
}

const US_PER_SECOND = 1e6;

/** What node_exporter reads by default of a Linux host, read when scraped. Files stay open between scrapes; nothing else is kept. */
export class KernelSources {
  readonly all: readonly ScrapeSource[];
  readonly #roots: KernelRoots;
  readonly #texts: KernelTexts;
  readonly #slow = new SlowTexts();
  readonly #frequencies: CpuFrequencies;
  readonly #network: NetworkDevices;
  readonly #filesystems: Filesystems;
  readonly #diskInfo: DiskInfo;

  #statOf: ScrapeContext | null = null;
  #statText: string | null = null;

  constructor(roots: KernelRoots, texts: KernelTexts) {
    this.#texts = texts;
    this.#roots = roots;
    this.#frequencies = new CpuFrequencies(roots, this.#texts);
    this.#network = new NetworkDevices(roots.sys, this.#texts);
    this.#filesystems = new Filesystems(this.#rootFolder);
    this.#diskInfo = new DiskInfo(roots.sys, `${this.#rootFolder}/run/udev/data`);
    this.all = this.#sources();
  }

  /** Reads what a driver may take long for. Settles when it is there, which may be never. */
  async prepare(): Promise<void> {
    const { sys } = this.#roots;
    await Promise.all([this.#network.prepare(performance.now()), this.#slow.refresh(slowPowerFiles(sys))]);
  }

  close(): void {
    this.#slow.close();
    this.#network.close();
    this.#frequencies.close();
  }

  /** Read once for a scrape, since three need it and no other text takes the kernel longer. */
  #stat(context: ScrapeContext): string | null {
    if (this.#statOf !== context) {
      this.#statOf = context;
      this.#statText = this.#texts.read(`${this.#roots.proc}/stat`);
    }
    return this.#statText;
  }

  /** What precedes a path to reach it on the measured host. */
  get #rootFolder(): string {
    const { proc } = this.#roots;
    return proc === THIS_HOST.proc ? '' : `${proc}/1/root`;
  }

  #sources(): ScrapeSource[] {
    const { proc, sys } = this.#roots;
    const net = netFolder(this.#roots);
    const isThisHost = proc === THIS_HOST.proc;
    const mountinfo = `${proc}/${isThisHost ? 'self' : '1'}/mountinfo`;
    const random = `${proc}/sys/kernel/random`;
    const text = (path: string): string | null => this.#texts.read(path);
    return [
      { name: 'cpu', read: (context) => from(this.#stat(context), (stat) => cpuTimes(stat, true)) },
      {
        name: 'cpufreq',
        read: (context) => from(this.#stat(context), (stat) => this.#frequencies.read(stat)),
      },
      { name: 'stat', read: (context) => from(this.#stat(context), rawActivity) },
      { name: 'loadavg', read: () => from(text(`${proc}/loadavg`), rawLoad) },
      { name: 'meminfo', read: () => from(text(`${proc}/meminfo`), (info) => rawMeminfo(info, MEMORY)) },
      { name: 'vmstat', read: () => from(text(`${proc}/vmstat`), (pages) => rawVmstat(pages, true)) },
      { name: 'zfs', read: () => from(text(`${proc}/spl/kstat/zfs/arcstats`), readZfsArc) },
      {
        name: 'pressure',
        read: () =>
          joined(
            PRESSURE.map((one) =>
              from(text(`${proc}/pressure/${one.resource}`), (stalled) => readPressure(one, stalled)),
            ),
          ),
      },
      {
        name: 'diskstats',
        read: ({ partOf }) =>
          from(text(`${proc}/diskstats`), (disks) =>
            joined([
              rawDiskstats(disks, isExportedDisk, (name) => partOf('disk', name)),
              this.#diskInfo.read(disks, performance.now()),
            ]),
          ),
      },
      {
        name: 'filesystem',
        read: ({ filesystems }) =>
          from(text(mountinfo), (mounts) => this.#filesystems.read(mounts, filesystems)),
      },
      {
        name: 'netdev',
        read: ({ partOf }) =>
          from(text(`${net}/dev`), (devices) =>
            rawNetDev(devices, (name) => partOf('network', textOf(name))),
          ),
      },
      { name: 'netclass', read: () => this.#network.read() },
      {
        name: 'netstat',
        read: () =>
          joined([
            from(text(`${net}/netstat`), rawNetstat),
            from(text(`${net}/snmp`), rawNetstat),
            from(text(`${net}/snmp6`), rawSnmp6),
          ]),
      },
      {
        name: 'sockstat',
        read: () =>
          joined([from(text(`${net}/sockstat`), rawSockstat), from(text(`${net}/sockstat6`), rawSockstat)]),
      },
      { name: 'softnet', read: () => from(text(`${net}/softnet_stat`), readSoftnet) },
      {
        name: 'udp_queues',
        read: () =>
          joined([
            from(text(`${net}/udp`), (sockets) => readUdpQueues(sockets, 'v4')),
            from(text(`${net}/udp6`), (sockets) => readUdpQueues(sockets, 'v6')),
          ]),
      },
      { name: 'arp', read: () => from(text(`${net}/arp`), readArp) },
      {
        name: 'conntrack',
        read: () =>
          from(text(`${proc}/sys/net/netfilter/nf_conntrack_count`), (count) =>
            readConntrack(
              count,
              text(`${proc}/sys/net/netfilter/nf_conntrack_max`),
              text(`${net}/stat/nf_conntrack`),
            ),
          ),
      },
      { name: 'filefd', read: () => from(text(`${proc}/sys/fs/file-nr`), rawFileHandles) },
      {
        name: 'entropy',
        read: () =>
          from(text(`${random}/entropy_avail`), (bits) => readEntropy(bits, text(`${random}/poolsize`))),
      },
      { name: 'schedstat', read: () => from(text(`${proc}/schedstat`), readSchedstat) },
      { name: 'thermal_zone', read: () => readCoolingDevices(sys, this.#texts, this.#slow) },
      { name: 'powersupplyclass', read: () => readPowerSupplies(sys, this.#texts, this.#slow) },
      {
        name: 'uname',
        read: () =>
          readUname({
            nodename: readHostName(this.#roots),
            domainname: text(`${proc}/sys/kernel/domainname`)?.trim() ?? '',
          }),
      },
      { name: 'time', read: ({ wallMs }) => readTime(wallMs) },
    ];
  }
}

/** For the names of live metrics: a scope that shows them shows these too, whether or not this host has them. */
const MEMORY = { hasSwap: true, hasZfs: false };

function from<T>(text: T | null, parse: (text: T) => Iterable<RawValue> | null): Iterable<RawValue> | null {
  return text === null ? null : parse(text);
}

/** All that are there; `null` if none is. */
function joined(parts: readonly (Iterable<RawValue> | null)[]): Iterable<RawValue> | null {
  const present = parts.filter((part) => part !== null);
  return present.length === 0 ? null : all(present);
}

function* all(parts: readonly Iterable<RawValue>[]): Generator<RawValue, void> {
  for (const part of parts) yield* part;
}

const PRESSURE = RESOURCES.map((resource) => ({
  resource,
  some: { family: stalledFamily(resource, 'some'), metric: pressureMetric(resource, 'some', '').name },
  full: { family: stalledFamily(resource, 'full'), metric: pressureMetric(resource, 'full', '').name },
}));

function* readPressure({ some, full }: (typeof PRESSURE)[number], text: string): Generator<RawValue, void> {
  const [someUs, fullUs] = parseStalled(text);
  yield* rawValue(some.family, NO_LABELS, secondsOf(someUs), some.metric);
  yield* rawValue(full.family, NO_LABELS, secondsOf(fullUs), full.metric);
}

function secondsOf(us: number | null): number | null {
  return us === null ? null : us / US_PER_SECOND;
}
