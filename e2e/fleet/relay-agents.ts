import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { startAgent, type AgentOptions, type AgentProcess } from '../agent-process.ts';
import { Follower, type FollowerOptions } from '../faults/follower.ts';
import { until } from '../faults/fast-time.ts';
import { loggedSamples, type LoggedSample } from '../faults/oracle.ts';

/** As `/healthz` says it. */
export interface ToldRelay {
  readonly url: string;
  readonly state: string;
  readonly transport?: string;
  readonly reason?: string;
  readonly hosts: readonly string[];
  readonly refused?: readonly { readonly host: string; readonly reason: string }[];
}

/** What this machine is called, and so every agent of a test. */
export const OWN_ID = os.hostname();

/** The id of the host of an agent, at another agent of this machine. */
export function idOf(address: string): string {
  return `${OWN_ID}@${new URL(address).host}`;
}

/** Agents, proxies and viewers of a test, ended together. */
export class RelayWorld {
  readonly #agents: AgentProcess[] = [];
  readonly #followers: Follower[] = [];
  readonly #proxies: { stop(): Promise<unknown> }[] = [];
  readonly #stops: (() => Promise<unknown>)[] = [];
  #folder: string | undefined;

  /** One that ends with the test. */
  static make({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): RelayWorld {
    const world = new RelayWorld();
    onTestFinished(() => world.end());
    return world;
  }

  /** A folder that ends with the test. */
  get folder(): string {
    this.#folder ??= mkdtempSync(join(os.tmpdir(), 'metrics-panel-'));
    return this.#folder;
  }

  /** Writes a file. @returns its path */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Takes 10 samples a second, and logs them. */
  far(options: AgentOptions = {}): Promise<AgentProcess> {
    const { args = [], ...rest } = options;
    return this.agent({ args: ['--interval', '100', '--log-level', 'trace', ...args], ...rest });
  }

  relay(urls: readonly string[], { args = [], ...options }: AgentOptions = {}): Promise<AgentProcess> {
    return this.agent({ args: [...urls.flatMap((url) => ['--relay', url]), ...args], ...options });
  }

  async agent(options: AgentOptions): Promise<AgentProcess> {
    const agent = await startAgent(options);
    this.#agents.push(agent);
    return agent;
  }

  /** @param url of the relay @param host id there */
  follow(url: string, host: string, { request, ...options }: FollowerOptions = {}): Follower {
    const follower = new Follower(url, { request: { metrics: ['*'], host, ...request }, ...options });
    this.#followers.push(follower);
    return follower;
  }

  /** Stops a proxy before the agents on both of its sides are killed. */
  through(proxy: { stop(): Promise<unknown> }): void {
    this.#proxies.push(proxy);
  }

  onEnd(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  async end(): Promise<void> {
    for (const { client } of this.#followers.splice(0)) client.stop();
    await Promise.all(this.#proxies.splice(0).map((proxy) => proxy.stop()));
    await Promise.all(this.#agents.splice(0).map(({ kill }) => kill('SIGKILL')));
    await Promise.all(this.#stops.splice(0).map((stop) => stop()));
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true });
  }
}

/** How it stands with the agents that one relays. */
export async function relaysOf({ url }: Pick<AgentProcess, 'url'>): Promise<readonly ToldRelay[]> {
  const { relays } = (await (await fetch(`${url}healthz`)).json()) as { relays: readonly ToldRelay[] };
  return relays;
}

/** The state that a viewer was told of a host last. */
export function stateOf({ client }: Follower, host: string): string | undefined {
  return statusOf({ client }, host)?.state;
}

export function statusOf({ client }: Pick<Follower, 'client'>, host: string) {
  return client.welcome?.hosts.find(({ id }) => id === host)?.status;
}

/** Sentences that an agent has logged, other than samples. */
export function sentencesOf({ log }: AgentProcess, level: 'warn' | 'info'): string[] {
  const atLeast = level === 'warn' ? 40 : 30;
  return (log as { level: number; msg?: string }[])
    .filter((line) => line.level >= atLeast)
    .map(({ msg }) => msg ?? '');
}

/** The samples that all runs of an agent have logged, and those that a killed run has sent without. */
export function samplesOf(
  runs: readonly AgentProcess[],
  followers: readonly Follower[] = [],
): LoggedSample[] {
  const logged = runs.map(({ log }) => loggedSamples(log));
  return logged.flatMap((samples) => {
    const last = samples.at(-1);
    if (last === undefined || followers.length === 0) return samples;
    return [...samples, ...unloggedAfter(last, followers)];
  });
}

function unloggedAfter(last: LoggedSample, followers: readonly Follower[]): LoggedSample[] {
  const found = new Map<number, LoggedSample>();
  for (const { received } of followers) {
    let epoch = '';
    for (const item of received) {
      if (item.kind === 'subscribed') ({ epoch } = item);
      else if (item.kind === 'sample' && epoch === last.epoch && item.seq > last.seq)
        found.set(item.seq, { epoch, seq: item.seq, ts: item.ts });
    }
  }
  return [...found.values()].toSorted((one, other) => one.seq - other.seq);
}

/** Waits until something that has to be asked for holds. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  let isTrue = false;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    isTrue = await holds().catch(() => false);
    isAsking = false;
  };
  await until(
    what,
    () => {
      if (!isAsking && !isTrue) void ask();
      return isTrue;
    },
    60_000,
  );
}
