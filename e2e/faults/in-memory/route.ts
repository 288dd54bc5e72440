import type { Dialect } from './dialect.ts';
import type { FakeClock } from '../../../agent/testing/fake-clock.ts';
import { MemoryAgent, type GridSample, type MemoryServer } from './memory-agent.ts';
import type { MemoryNetwork } from './memory-network.ts';

/** A network, or a broker with the ways to it, that faults can befall. */
export interface Breakable {
  cut(): void;
  stall(): void;
  swallow(): void;
  reset(): void;
  slowDown(latencyMs: number, readingMs: number): void;
  restore(): void;
  /** What is open on it. */
  readonly linkCount: number;
}

/** How samples come from an agent to its viewers. */
export interface Route {
  /** Between the agent and what serves viewers; `null` if the agent does. */
  readonly far: Breakable | null;
  /** Whether copies have the agent's own grid: the live protocol has only the times of samples, from which a relay makes one. */
  readonly isGridKnown: boolean;
  /** One run of the agent. */
  startAgent(): MemoryAgent;
  /** One run of what serves viewers on the network; `null` if the agent does. */
  startServer(): MemoryServer | null;
}

export interface RouteOptions {
  readonly clock: FakeClock;
  /** That of the viewers. */
  readonly network: MemoryNetwork;
  /** Gets each sample of the agent. */
  readonly log: GridSample[];
  readonly random: () => number;
  /** Of every live protocol on the way. */
  readonly dialect: Dialect;
}

export type MakeRoute = (options: RouteOptions) => Route;

/** Viewers connect to the agent itself. */
export const localRoute: MakeRoute = ({ clock, network, log }) => ({
  far: null,
  isGridKnown: true,
  startAgent: () => new MemoryAgent(clock, network, log),
  startServer: () => null,
});
