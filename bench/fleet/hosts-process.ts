/** Simulated hosts that publish to a broker. */
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { serveCommands } from '../harness/worker.ts';
import { INTERVAL_MS, SimulatedHost } from './simulated-host.ts';

export interface HostsOrder {
  readonly servers: string;
  readonly count: number;
  /** Hosts share these connections. */
  readonly connections: number;
  readonly series: number;
  readonly hasLog: boolean;
}

export type HostsCommands = {
  /** Starts so many more, spread over the second. @returns their names */
  add: (order: HostsOrder) => Promise<string[]>;
  /** Samples published so far. */
  count: () => number;
};

const TICK_MS = 10;
const hosts: SimulatedHost[] = [];
let published = 0;
let due = 0;
let next = 0;
let lastMs = performance.now();

setInterval(() => {
  const nowMs = performance.now();
  // After a pause not all at once.
  due += (Math.min(200, nowMs - lastMs) * hosts.length) / INTERVAL_MS;
  lastMs = nowMs;
  for (; due >= 1; due -= 1) {
    hosts[next % hosts.length]?.tick();
    next += 1;
    published += 1;
  }
}, TICK_MS);

serveCommands({
  async add({ servers, count, connections, series, hasLog }) {
    const ncs: NatsConnection[] = [];
    for (let index = 0; index < connections; index += 1)
      ncs.push(await connect({ servers, maxReconnectAttempts: -1 }));
    const names = Array.from({ length: count }, (_, index) => `host-${hosts.length + index}`);
    for (const [index, name] of names.entries()) {
      const nc = ncs[index % ncs.length];
      if (nc === undefined) continue;
      const host = new SimulatedHost(name, nc, series, hasLog);
      host.start();
      hosts.push(host);
    }
    await Promise.all(ncs.map((nc) => nc.flush()));
    return names;
  },
  count: () => published,
} satisfies HostsCommands);
