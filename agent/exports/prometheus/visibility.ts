import type { RawValue } from '../../sampling/raw-values.ts';
import type { ScopedHost } from '../../sessions/scope-view.ts';

/** What a family that has no live metric of its own belongs to: the first whose beginning its name has. */
const SUBJECTS: readonly (readonly [family: string, subject: string, label?: string])[] = [
  ['node_cpu_', 'cpu.core', 'cpu'],
  ['node_schedstat_', 'cpu'],
  ['node_memory_', 'memory'],
  ['node_vmstat_', 'memory'],
  ['node_zfs_', 'memory'],
  ['node_disk_', 'disk', 'device'],
  ['node_filesystem_', 'filesystem', 'mountpoint'],
  ['node_network_', 'network', 'device'],
  ['node_arp_', 'network', 'device'],
  ['node_softnet_', 'network'],
  ['node_nf_conntrack_', 'network'],
  ['node_netstat_Tcp', 'tcp'],
  ['node_netstat_', 'network'],
  ['node_sockstat_', 'sockets'],
  ['node_udp_queues', 'sockets'],
  ['node_load', 'load'],
  ['node_pressure_', 'pressure'],
  ['node_hwmon_', 'temperature'],
  ['node_thermal_', 'temperature'],
  ['node_cooling_', 'temperature'],
  ['node_power_supply_', 'battery'],
  ['node_rapl_', 'power'],
  ['node_scrape_', 'agent'],
  ['node_processes_', 'process'],
  ['process_', 'agent'],
  ['metrics_panel_agent_', 'agent'],
  ['metrics_panel_alerts_', 'agent'],
  ['metrics_panel_container_', 'container', 'container'],
  ['metrics_panel_limit_', 'limit'],
  ['metrics_panel_network_', 'network', 'device'],
  ['metrics_panel_cpu_', 'cpu.core', 'cpu'],
  ['metrics_panel_build_', 'agent'],
  ['node_', 'system'],
];

/** Names, serial numbers and addresses are details of the host, which belong to no metric. */
const DETAILS: ReadonlySet<string> = new Set(['node_disk_info', 'node_network_info']);
const UNAME = 'node_uname_info';

/**
 * What a scope shows of a series; `null` for nothing. A series shows what one live metric shows, and is seen with it. Others, such as idle time, are
 * seen with all of their subject: by who may see `cpu.core.0.*`, or `memory.*`. Only the host's name is told of its kernel, which dashboards choose
 * it by.
 */
export function visibleIn(host: ScopedHost): (series: RawValue) => RawValue | null {
  if (host.showsEverything) return (series) => series;
  const partOf = instanceParts(host);
  return (series) => {
    const { family, labels, metric } = series;
    if (family.name === UNAME) return { ...series, labels: { nodename: labels['nodename'] ?? '' } };
    if (DETAILS.has(family.name)) return null;
    return host.includes(metric ?? subjectOf(series, partOf)) ? series : null;
  };
}

/** The pattern that a scope must contain: `network.eth0.*`, `memory.*`. */
function subjectOf({ family, labels }: RawValue, partOf: ReturnType<typeof instanceParts>): string {
  const [, subject = 'agent', label] = SUBJECTS.find(([start]) => family.name.startsWith(start)) ?? [];
  const instance = label === undefined ? undefined : labels[label];
  const part = instance === undefined ? undefined : partOf(subject, instance);
  return part === undefined ? `${subject}.*` : `${subject}.${part}.*`;
}

/** Finds the part of the live metrics' names that stands for a thing with this label; `undefined` if it has none. */
export function instanceParts(
  host: Pick<ScopedHost, 'catalogue'>,
): (subject: string, instance: string) => string | undefined {
  const parts = new Map<string, string>();
  for (const { name, instance } of host.catalogue) {
    if (instance === undefined) continue;
    const words = name.split('.');
    const at = name.startsWith('cpu.core.') ? 2 : 1;
    parts.set(`${words.slice(0, at).join('.')} ${instance}`, words[at] ?? '');
  }
  return (subject, instance) => (subject === 'cpu.core' ? instance : parts.get(`${subject} ${instance}`));
}
