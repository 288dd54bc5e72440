import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { bytesOf, pathOf, numberIn, readOnce } from '../../kernel/text.ts';

const LOOPBACK = 'lo';
/** Monitor interfaces (`ARPHRD_IEEE80211` and variants, linux/if_arp.h) see other interfaces' packets again. */
const MONITOR_TYPES = [801, 802, 803];
/** A switch port inside a network card, leading to a function of the same card (devlink-port.rst): `pf0vf3`, `c1pf0`, `p0pf0vf3`. */
const FUNCTION_PORT = /^(?:[cp]\d+)?pf\d/;
/** The host's end of a Xen guest's interface: outbound packets pass the host's card too. */
const GUESTS = 'xen-backend';
/** Tunnels and dead ends: `IFF_POINTOPOINT`, `IFF_NOARP` (netdevice(7)). */
const FLAGS_OF_NO_LINE = [0x10, 0x80];

/**
 * Chooses interfaces so that every packet of the host passes exactly one of them, from `/sys/class/net` (kernel:
 * Documentation/ABI/testing/sysfs-class-net).
 *
 * These are the interfaces with a device of their own that are not carried by another one. Bonds, bridges, VLANs and tunnels have no device.
 * Switch ports (DSA) and InfiniBand children do, and are carried by the interface in `iflink`. A virtual function paired with a synthetic
 * device (Hyper-V, virtio failover) lies below that device, which counts for both.
 *
 * In a container no interface has a device. There the choice is interfaces that are not stacked on others, without tunnels and bridge ports,
 * whose packets pass another interface as well; if none is left, all of them.
 */
export class CountedOnce {
  readonly #folder: string;
  readonly #kinds = new Map<string, Kind>();

  constructor(sys: string) {
    this.#folder = bytesOf(`${sys}/class/net`);
  }

  /**
   * Costs some system calls per interface, so not for every sample.
   * @param names as bytes (kernel/text.ts)
   */
  among(names: readonly string[]): ReadonlySet<string> {
    const outward = names.filter((name) => name !== LOOPBACK);
    this.#forgetOthers(outward);
    const devices = outward.filter((name) => this.#kindOf(name) !== 'virtual');
    const look = new Look(this.#folder, outward, devices);
    if (devices.length > 0) {
      const lines = devices.filter((name) => this.#kindOf(name) === 'line' && !look.isCarried(name));
      return firstFilled([lines, devices]);
    }
    const lines = outward.filter((name) => !look.isStacked(name));
    return firstFilled([lines.filter((name) => look.mayLeadOut(name)), lines, outward]);
  }

  #kindOf(name: string): Kind {
    let kind = this.#kinds.get(name);
    if (kind === undefined) {
      kind = kindOf(`${this.#folder}/${name}`);
      this.#kinds.set(name, kind);
    }
    return kind;
  }

  #forgetOthers(present: readonly string[]): void {
    const kept = new Set(present);
    for (const name of this.#kinds.keys()) if (!kept.has(name)) this.#kinds.delete(name);
  }
}

/** Fixed for an interface's lifetime: no device, a device, or one that is only a part or an inner end of another. */
type Kind = 'virtual' | 'line' | 'function';

function kindOf(folder: string): Kind {
  if (!existsSync(pathOf(`${folder}/device`))) return 'virtual';
  if (targetOf(`${folder}/device/subsystem`) === GUESTS) return 'function';
  // Older kernels block this read while the network is being configured.
  return FUNCTION_PORT.test(readOnce(pathOf(`${folder}/phys_port_name`)) ?? '') ? 'function' : 'line';
}

/** The basename of a link's target. */
function targetOf(link: string): string | null {
  try {
    return basename(readlinkSync(pathOf(link), 'latin1'));
  } catch {
    return null;
  }
}

function firstFilled(choices: readonly (readonly string[])[]): ReadonlySet<string> {
  return new Set(choices.find(({ length }) => length > 0));
}

/** The stacking of interfaces at one moment, read lazily. */
class Look {
  readonly #folder: string;
  readonly #names: ReadonlySet<string>;
  readonly #devices: ReadonlySet<string>;
  readonly #indices = new Map<string, number | null>();
  readonly #lowers = new Map<string, readonly string[]>();

  constructor(folder: string, names: readonly string[], devices: readonly string[]) {
    this.#folder = folder;
    this.#names = new Set(names);
    this.#devices = new Set(devices);
  }

  /** For an interface with a device: whether another one with a device also counts its packets. */
  isCarried(name: string): boolean {
    const linked = this.#linkedTo(name);
    if (linked !== null && this.#leadsToDevice(linked, new Set([name]))) return true;
    if (MONITOR_TYPES.includes(this.#number(name, 'type') ?? 0)) return true;
    const master = this.#masterOf(name);
    return [...this.#devices].some(
      (upper) =>
        (upper === master || this.#below(upper).includes(name)) &&
        upper !== name &&
        this.#linkedTo(upper) !== name,
    );
  }

  /** For one without a device: whether others carry its packets. A veth peer may be in another namespace, with other indices. */
  isStacked(name: string): boolean {
    if (this.#below(name).length > 0) return true;
    const linked = this.#linkedTo(name);
    return linked !== null && (this.#linkedTo(linked) === name || this.#isVlan(name));
  }

  /** For one without a device: whether it is neither a tunnel nor a bridge port. */
  mayLeadOut(name: string): boolean {
    const flags = this.#number(name, 'flags') ?? 0;
    const isNoLine = FLAGS_OF_NO_LINE.some((flag) => Math.floor(flags / flag) % 2 === 1);
    return !isNoLine && !existsSync(pathOf(`${this.#folder}/${name}/brport`));
  }

  #leadsToDevice(name: string, seen: Set<string>): boolean {
    if (seen.has(name)) return false;
    seen.add(name);
    if (this.#devices.has(name)) return true;
    const linked = this.#linkedTo(name);
    const below = linked === null ? this.#below(name) : [...this.#below(name), linked];
    return below.some((lower) => this.#leadsToDevice(lower, seen));
  }

  /** The interface in `iflink`, if it is another one on this host. */
  #linkedTo(name: string): string | null {
    const link = this.#number(name, 'iflink');
    if (link === null || link === this.#index(name)) return null;
    for (const other of this.#names) if (this.#index(other) === link) return other;
    return null;
  }

  #masterOf(name: string): string | null {
    return targetOf(`${this.#folder}/${name}/master`);
  }

  #below(name: string): readonly string[] {
    let below = this.#lowers.get(name);
    if (below === undefined) {
      below = lowersIn(`${this.#folder}/${name}`).filter((lower) => this.#names.has(lower));
      this.#lowers.set(name, below);
    }
    return below;
  }

  /** On older kernels this is the only hint of what a VLAN lies on. */
  #isVlan(name: string): boolean {
    return (readOnce(pathOf(`${this.#folder}/${name}/uevent`)) ?? '').split('\n').includes('DEVTYPE=vlan');
  }

  #index(name: string): number | null {
    let index = this.#indices.get(name);
    if (index === undefined) {
      index = this.#number(name, 'ifindex');
      this.#indices.set(name, index);
    }
    return index;
  }

  #number(name: string, file: string): number | null {
    return numberIn(readOnce(pathOf(`${this.#folder}/${name}/${file}`)));
  }
}

const LOWER = 'lower_';

function lowersIn(folder: string): string[] {
  try {
    return readdirSync(pathOf(folder), 'latin1')
      .filter((entry) => entry.startsWith(LOWER))
      .map((entry) => entry.slice(LOWER.length));
  } catch {
    return [];
  }
}
