import type { TestContext } from 'vitest';
import { startGateway } from '../../agent/gateway.ts';
import { DEFAULTS } from '../../agent/config.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { nodeClock } from '../../examples/node-clock.ts';
import { WsTransport } from '../../examples/ws-transport.ts';
import { TransportLadder } from '../../shared/client/transport-ladder.ts';
import { until } from '../faults/fast-time.ts';
import { Follower } from '../faults/follower.ts';
import { FleetClock } from './fleet-clock.ts';
import { makeStreams, startAgents, type AgentsOrder, type AgentsProcess } from './fleet-processes.ts';
import { NatsServer } from './nats-server.ts';
import { Viewer } from './viewer.ts';

/** Whether faults last as long, and hosts are as many, as the fleet is meant for; else a few seconds, and a few hosts. */
export const IS_FULL = process.env['METRICS_PANEL_FAULTS'] === 'full';
export const FULL_TIMEOUT_MS = IS_FULL ? 10 * 60_000 : 180_000;
/** A busy machine is slow, and nothing here is about speed. */
export const PATIENCE_MS = 60_000;

/** `full` with METRICS_PANEL_FAULTS=full. */
export function sized(short: number, full: number): number {
  return IS_FULL ? full : short;
}

export function pass(ms: number): Promise<void> {
  const endMs = performance.now() + ms;
  return until(`${ms} ms`, () => performance.now() >= endMs, ms + PATIENCE_MS);
}

/** A gateway in this process. */
export interface Gateway {
  readonly url: string;
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** A nats-server, the agents that publish to it, and gateways; all end with the test. */
export class NatsWorld {
  readonly server: NatsServer;
  readonly #test: TestContext;

  static async make(test: TestContext, { hasStreams = true } = {}): Promise<NatsWorld> {
    const server = await NatsServer.start();
    test.onTestFinished(() => server.end());
    if (hasStreams) await makeStreams(server.url);
    return new NatsWorld(test, server);
  }

  private constructor(test: TestContext, server: NatsServer) {
    this.#test = test;
    this.server = server;
  }

  agents(order: Partial<AgentsOrder> & Pick<AgentsOrder, 'names'>): Promise<AgentsProcess> {
    return startAgents(this.#test, { servers: this.server.url, intervalMs: 100, speed: 1, ...order });
  }

  /** @param speed of its time */
  async gateway(speed = 1): Promise<Gateway> {
    const { log, lines } = capturedLog();
    const nats = { servers: [this.server.url], credentialsFile: null, caFile: null };
    const clock = new FleetClock(speed);
    const gateway = await startGateway(
      { ...DEFAULTS, port: 0, maxConnectionsPerAddress: 1000, nats, historyHosts: [] },
      log,
      clock,
    );
    this.#test.onTestFinished(() => gateway.stop());
    return { url: gateway.url, lines, stop: () => gateway.stop() };
  }

  /** Waits until all hosts are up there. @returns a viewer of how all hosts are */
  async overview(url: string, names: readonly string[]): Promise<Viewer> {
    const overview = await Viewer.open(url, { hosts: ['*'] });
    this.#test.onTestFinished(() => overview.close());
    await until(
      'all hosts',
      () => names.every((name) => overview.hosts.get(name)?.status.state === 'up'),
      PATIENCE_MS,
    );
    return overview;
  }

  /** Follows a host at whatever gateway `url` names when it connects. */
  follow(url: () => string, host: string, backfill = 0): Follower {
    const transport = {
      name: 'WebSocket',
      connect: (...opened: Parameters<WsTransport['connect']>) => new WsTransport(url()).connect(...opened),
    };
    const follower = new Follower(url(), {
      transport: new TransportLadder([transport], nodeClock),
      request: { metrics: ['m*'], host, backfill },
    });
    this.#test.onTestFinished(() => follower.client.stop());
    return follower;
  }
}
