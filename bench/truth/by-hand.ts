/** Reads `/proc` and `/sys` by the plainest means, without the agent's parsers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpuMs, residentBytes } from '../harness/processes.ts';
import { emptyReading, partOf, PROCESSORS, type Reading } from './reading.ts';

/** Everything of the kernel that the agent's metrics are made of. Linux only. */
export function readHost(agentPid: number): Reading {
  const reading = emptyReading();
  const seconds = performance.now() / 1000;
  processors(reading);
  memory(reading, seconds);
  system(reading, seconds);
  pressure(reading, seconds);
  disks(reading, seconds);
  interfaces(reading, seconds);
  sockets(reading, seconds);
  reading.rates.set('agent.cpu', [cpuMs(agentPid) / 10, seconds]);
  reading.gauges.set('agent.memory', residentBytes(agentPid));
  return reading;
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

function wordsOf(path: string): string[] {
  return textOf(path).trim().split(/\s+/);
}

function processors({ rates }: Reading): void {
  for (const line of textOf('/proc/stat').split('\n')) {
    const [, core, fields] = /^cpu(\d*)\s+(.*)$/.exec(line) ?? [];
    if (core === undefined || fields === undefined) continue;
    const [user = 0, nice = 0, kernel = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields
      .split(/\s+/)
      .map(Number);
    const busy = user + nice + kernel + irq + softirq + steal;
    const name = core === '' ? 'cpu' : `cpu.core.${core}`;
    const states = { user, nice, system: kernel, iowait, irq, softirq, steal };
    rates.set(name, [busy * 100, busy + idle + iowait]);
    for (const [state, ticks] of Object.entries(states)) {
      rates.set(`${name}.${state}`, [ticks * 100, busy + idle + iowait]);
    }
  }
}

function memory({ rates, gauges }: Reading, seconds: number): void {
  const text = textOf('/proc/meminfo');
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
  const total = bytes('MemTotal');
  const available = bytes('MemAvailable');
  gauges.set('memory', ((total - available) / total) * 100);
  gauges.set('memory.used', total - available);
  gauges.set('memory.available', available);
  gauges.set('memory.total', total);
  gauges.set('memory.cached', bytes('Cached'));
  gauges.set('memory.buffers', bytes('Buffers'));
  gauges.set('memory.dirty', bytes('Dirty'));
  gauges.set('memory.slab', bytes('Slab'));
  const swapTotal = bytes('SwapTotal');
  if (swapTotal === 0) return;
  const swapUsed = swapTotal - bytes('SwapFree');
  gauges.set('memory.swap', (swapUsed / swapTotal) * 100);
  gauges.set('memory.swapUsed', swapUsed);
  gauges.set('memory.swapTotal', swapTotal);
  const pages = textOf('/proc/vmstat');
  const paged = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(pages)?.[1]) * 4096;
  rates.set('memory.swapIn', [paged('pswpin'), seconds]);
  rates.set('memory.swapOut', [paged('pswpout'), seconds]);
}

function system({ rates, gauges }: Reading, seconds: number): void {
  const stat = textOf('/proc/stat');
  const count = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(stat)?.[1]);
  rates.set('system.contextSwitches', [count('ctxt'), seconds]);
  rates.set('system.interrupts', [count('intr'), seconds]);
  rates.set('system.forks', [count('processes'), seconds]);
  gauges.set('system.processesRunning', count('procs_running'));
  gauges.set('system.processesBlocked', count('procs_blocked'));
  const [load, five, quarter, tasks] = wordsOf('/proc/loadavg');
  gauges.set('load', Number(load));
  gauges.set('load.5', Number(five));
  gauges.set('load.15', Number(quarter));
  gauges.set('process.threads', Number(tasks?.split('/')[1]));
  gauges.set('process.count', readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length);
  gauges.set('system.fileHandles', Number(wordsOf('/proc/sys/fs/file-nr')[0]));
  gauges.set('system.uptime', Number(wordsOf('/proc/uptime')[0]));
}

function pressure({ rates }: Reading, seconds: number): void {
  for (const resource of ['cpu', 'memory', 'io']) {
    const path = `/proc/pressure/${resource}`;
    if (!existsSync(path)) continue;
    for (const [, extent, us] of textOf(path).matchAll(/^(some|full) .*total=(\d+)$/gm)) {
      rates.set(`pressure.${resource}.${extent}`, [Number(us) / 1e4, seconds]);
    }
  }
}

function disks({ rates }: Reading, seconds: number): void {
  const total = { read: 0, written: 0 };
  for (const line of textOf('/proc/diskstats').trim().split('\n')) {
    const [, , device = '', ...fields] = line.trim().split(/\s+/);
    const [
      reads = 0,
      ,
      sectorsRead = 0,
      readMs = 0,
      writes = 0,
      ,
      sectorsWritten = 0,
      writeMs = 0,
      ,
      busyMs = 0,
    ] = fields.map(Number);
    if (!existsSync(`/sys/block/${device}`) || /^(?:loop|ram|zram)/.test(device)) continue;
    const isStacked = readdirSync(`/sys/block/${device}/slaves`).length > 0;
    if (!isStacked) {
      total.read += sectorsRead * 512;
      total.written += sectorsWritten * 512;
    }
    const name = `disk.${partOf(device)}`;
    rates.set(`${name}.read`, [sectorsRead * 512, seconds]);
    rates.set(`${name}.write`, [sectorsWritten * 512, seconds]);
    rates.set(`${name}.reads`, [reads, seconds]);
    rates.set(`${name}.writes`, [writes, seconds]);
    rates.set(`${name}.utilisation`, [busyMs / 10, seconds]);
    rates.set(`${name}.latency`, [readMs + writeMs, reads + writes]);
  }
  rates.set('disk.all.read', [total.read, seconds]);
  rates.set('disk.all.write', [total.written, seconds]);
}

const INTERFACE_COLUMNS = {
  receive: 0,
  receivePackets: 1,
  receiveErrors: 2,
  receiveDrops: 3,
  transmit: 8,
  transmitPackets: 9,
  transmitErrors: 10,
  transmitDrops: 11,
} as const;

function interfaces({ rates }: Reading, seconds: number): void {
  const all = { receive: 0, transmit: 0 };
  const found = [...textOf('/proc/net/dev').matchAll(/^\s*([^\s:]+):\s*(.*)$/gm)];
  const leadOut = found.filter(([, name]) => existsSync(`/sys/class/net/${name}/device`));
  for (const line of found) {
    const [, device = '', fields = ''] = line;
    const counts = fields.trim().split(/\s+/).map(Number);
    for (const [value, column] of Object.entries(INTERFACE_COLUMNS)) {
      rates.set(`network.${partOf(device)}.${value}`, [counts[column] ?? Number.NaN, seconds]);
    }
    if (leadOut.length > 0 ? !leadOut.includes(line) : device === 'lo') continue;
    all.receive += counts[0] ?? Number.NaN;
    all.transmit += counts[8] ?? Number.NaN;
  }
  rates.set('network.all.receive', [all.receive, seconds]);
  rates.set('network.all.transmit', [all.transmit, seconds]);
}

function sockets({ rates, gauges }: Reading, seconds: number): void {
  const tcp = columnsOf('/proc/net/snmp', 'Tcp');
  const tcpExt = columnsOf('/proc/net/netstat', 'TcpExt');
  gauges.set('tcp.connections', tcp('CurrEstab'));
  rates.set('tcp.opened', [tcp('ActiveOpens') + tcp('PassiveOpens'), seconds]);
  rates.set('tcp.retransmits', [tcp('RetransSegs'), seconds]);
  rates.set('tcp.listenDrops', [tcpExt('ListenDrops'), seconds]);
  rates.set('tcp.listenOverflows', [tcpExt('ListenOverflows'), seconds]);
  const text = textOf('/proc/net/sockstat') + textOf('/proc/net/sockstat6');
  const value = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
  gauges.set('tcp.timeWait', value(/^TCP:.* tw (\d+)/m));
  gauges.set('sockets.used', value(/^sockets: used (\d+)/m));
  gauges.set('sockets.udp', value(/^UDP: inuse (\d+)/m) + value(/^UDP6: inuse (\d+)/m));
}

function columnsOf(path: string, protocol: string): (name: string) => number {
  const [names, values] = textOf(path)
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}: `))
    .map((line) => line.split(' '));
  return (name) => Number(values?.[names?.indexOf(name) ?? -1]);
}

/** A process as the table `processes` has it: percent of all processors, resident bytes. */
export function readProcess(pid: number, label: string): Reading {
  const reading = emptyReading();
  if (!existsSync(`/proc/${pid}/task`)) return reading;
  const share = cpuMs(pid) / PROCESSORS / 10;
  reading.rates.set(`processes: CPU of ${label}`, [share, performance.now() / 1000]);
  reading.gauges.set(`processes: memory of ${label}`, residentBytes(pid));
  return reading;
}
