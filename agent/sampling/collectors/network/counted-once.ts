import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { bytesOf, pathOf, numberIn, readOnce } from '../../kernel/text.ts';

const LOOPBACK = 'lo';
/** Those that hear whatever is in the air (`ARPHRD_IEEE80211` with its headers, linux/if_arp.h): other interfaces' packets once more. */
const MONITOR_TYPES = [801, 802, 803];
/** A port of a switch in a network card that leads to a function of the same card (devlink-port.rst): `pf0vf3`, `c1pf0`, `p0pf0vf3`. */
const FUNCTION_PORT = /^(?:[cp]\d+)?pf\d/;
/** Of the end of what a guest of Xen has: what leaves the host passes its card too. */
const GUESTS = 'xen-backend';
/** Of a tunnel, and of what leads nowhere: `IFF_POINTOPOINT`, `IFF_NOARP` (netdevice(7)). */
const FLAGS_OF_NO_LINE = [0x10, 0x80];

/**
 * Chooses the interfaces whose counts together are what a host received and sent, from `/sys/class/net` (kernel:
 * Documentation/ABI/testing/sysfs-class-net): every packet passes one of them, and only one.
 *
 * These are the interfaces with a device of their own that lie on no other of them. Bonds, bridges, VLANs, tunnels have no device. Ports of a switch
 * (DSA) and children of InfiniBand do, and lie on the line that `iflink` names. A virtual function that is paired with a synthetic device
 * (Hyper-V, virtio failover) lies below that, which counts for both.
 *
 * In a container nothing has a device. There it is the lines that lie on no other, without tunnels and the ports of bridges, whose packets
 * pass a line as well; where that leaves nothing, whatever there is.
 */
export class CountedOnce {
  readonly #folder: string;
  readonly #kinds = new Map<string, Kind>();

  constructor(sys: string) {
    this.#folder = bytesOf(`${sys}/class/net`);
  }

  /**
   * Some system calls for each interface that may count, so not for each sample.
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

/** What does not change while an interface is there: without a device, with one, or with that of which it is but a part, or an inner end. */
type Kind = 'virtual' | 'line' | 'function';

function kindOf(folder: string): Kind {
  if (!existsSync(pathOf(`${folder}/device`))) return 'virtual';
  if (targetOf(`${folder}/device/subsystem`) === GUESTS) return 'function';
  // Older kernels let this wait while the network is being configured.
  return FUNCTION_PORT.test(readOnce(pathOf(`${folder}/phys_port_name`)) ?? '') ? 'function' : 'line';
}

/** The name of what a link leads to. */
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

/** How interfaces lie on each other at one time. Reads what it is asked for. */
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

  /** Of one with a device: whether another one with a device counts its packets too. */
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

  /** Of one without a device: whether others carry its packets. The other end of a pair may be in another namespace, where numbers are others. */
  isStacked(name: string): boolean {
    if (this.#below(name).length > 0) return true;
    const linked = this.#linkedTo(name);
    return linked !== null && (this.#linkedTo(linked) === name || this.#isVlan(name));
  }

  /** Of one without a device: whether it is neither a tunnel nor the port of a bridge. */
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

  /** The interface that it says it is linked to, if that is another one that is here. */
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

  /** Older kernels do not tell what such a one lies on in another way. */
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
