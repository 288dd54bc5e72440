import type { TestContext } from 'vitest';
import type { Config } from '../../agent/config.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import type { FleetAgent } from './fleet-agent.ts';
import type { FleetClock } from './fleet-clock.ts';
import { localFleet } from './local-fleet.ts';
import { natsFleet } from './nats-fleet.ts';
import { relayFleet } from './relay-fleet.ts';

/** One host, and what serves it to viewers. */
export interface Fleet {
  /** Where viewers connect. */
  readonly url: string;
  /** Its id there. */
  readonly host: string;
  /** What samples it. */
  readonly agent: FleetAgent;
  /** Between what serves it and its agent, or the broker; `null` if the agent itself serves it. */
  readonly link: FaultProxy | null;
}

export interface FleetOptions {
  /** Of the agent; default: a sample each 100 ms. */
  readonly config?: Partial<Config>;
  /** Of the agent; whatever else is there goes by that of the system. */
  readonly clock?: FleetClock;
}

/** A way from a host to viewers. */
export interface FleetKind {
  readonly name: 'local' | 'relay' | 'nats';
  /** For titles: why it cannot be tested here; empty if it can. */
  readonly skipped: string;
  /** Starts one that ends with the test. Settles when viewers find the host. */
  start(test: Pick<TestContext, 'onTestFinished'>, options?: FleetOptions): Promise<Fleet>;
}

export const FLEETS: readonly FleetKind[] = [localFleet, relayFleet, natsFleet];
