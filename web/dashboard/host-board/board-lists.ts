import type { PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import type { SeriesIndex, Thing } from './series-index.ts';

/** One row or tile of a list. */
export interface Row extends Thing {
  /** Whose chart it leads to. */
  readonly metric: string;
}

/** Things of a kind, with one scale in each list. Empty: the host has none, or does not show them. */
export interface BoardLists {
  readonly filesystems: readonly Row[];
  readonly interfaces: readonly Row[];
  readonly disks: readonly Row[];
  readonly containers: readonly Row[];
}

/** Interfaces that only pass on what others carry, as they are named by the programs that make them. */
const VIRTUAL =
  /^(?:lo\d*|docker|br-|veth|virbr|vnet|cni|cali|flannel|cilium|lxc|lxd|tap|dummy|ifb|kube|podman|nodelocaldns|utun|awdl|llw|anpi|bridge|gif|stf|ap\d)/;
const STACKED = /^(?:dm-|md\d|drbd|bcache|zd\d|nbd)/;

export function boardLists(index: SeriesIndex): BoardLists {
  return {
    filesystems: rowsOf(index.things('filesystem'), ['used']),
    interfaces: rowsOf(index.things('network'), ['receive', 'transmit']),
    disks: rowsOf(index.things('disk'), ['read', 'write', 'utilisation']),
    containers: rowsOf(index.things('container'), ['cpu', 'memory']),
  };
}

export function isVirtualInterface({ name }: Pick<Thing, 'name'>): boolean {
  return VIRTUAL.test(name);
}

/** Lies on other disks of the list (LVM, encryption, RAID). */
export function isStackedDisk({ name }: Pick<Thing, 'name'>): boolean {
  return STACKED.test(name);
}

/** Things with at least one of `metrics`, which they lead to. */
function rowsOf(things: readonly Thing[], metrics: readonly string[]): readonly Row[] {
  return things.flatMap((thing) => {
    const found = metrics
      .map((name) => thing.metrics.get(name))
      .find((one): one is PlacedSeries => one !== undefined);
    return found === undefined ? [] : { ...thing, metric: found.series.name };
  });
}
