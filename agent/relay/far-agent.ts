import { basename } from 'node:path';
import type { Logger } from 'pino';
import type { ConnectionStatus } from '../../shared/client/connection-status.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { Transport } from '../../shared/client/transport.ts';
import type { ToldHosts } from '../../shared/client/overview-subscription.ts';
import type { HostStatus, HostSummary } from '../../shared/protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { RelaySettings } from '../config.ts';
import { MirroredAlerts } from '../hosts/mirrored-alerts.ts';
import { RemoteHost } from '../hosts/remote-host.ts';
import { cleanLabel } from '../sampling/instances.ts';
import { checkSummary } from './check-summary.ts';
import { FarTransport } from './far-transport.ts';
import { readRelayCredentials, type RelayCredentials } from './relay-credentials.ts';
import { RelayFeed } from './relay-feed.ts';
import type { RelayHealth } from './relay-health.ts';
import { unreachedHost } from './unreached-host.ts';

/** Who relays, and what it shows already. */
export interface Relaying {
  /** Of this agent's own host. */
  readonly own: { readonly label: string; readonly epoch: string };
  /** Whether a host of that id is shown, by this agent or of another one. */
  readonly isTaken: (id: string) => boolean;
  /** The address of the agent that shows the host of that run and was named before this one; `undefined` if none does. */
  readonly urlOfRun: (epoch: string) => string | undefined;
  /** Called before a host of that run is shown: agents that were named after this one show it no more. */
  readonly claim: (epoch: string) => void;
  /** Shows a host, in place of one with its id. */
  readonly show: (host: RemoteHost) => void;
  readonly hide: (hosts: readonly RemoteHost[]) => void;
}

export interface FarAgentOptions {
  /** As in the settings. */
  readonly url: string;
  readonly settings: Pick<RelaySettings, 'tokensFile' | 'caFile'>;
  readonly relaying: Relaying;
  /** What to wait for before hosts get their names; nothing by default. */
  readonly turn?: Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Problems of files that the far agents have in common, each told by the one that met it first. */
  readonly toldFiles?: Set<string>;
  /** Default: those of the live protocol, whichever gets through. */
  readonly transport?: Transport;
}

/** A connection that is lost for so long, or that says nothing, takes its hosts down: within 10 s, noticing included. */
const DOWN_AFTER_MS = 9000;
/** Hosts that measure seldom are told seldom. */
const SILENT_INTERVALS = 3;
/** When to ask again after an answer that would be the same again unless somebody changes something; wrong tokens may be shown 5 times a minute. */
const RETRY_MS = 20_000;
/** Whoever has more needs no relay. */
const MAX_HOSTS = 1000;
/** The parts of a complete answer follow each other at once. */
const PARTS_WITHIN_MS = 5000;

interface Shown {
  readonly stream: RemoteHost;
  /** As its agent told it last, cleaned, with its id here. */
  summary: HostSummary;
}

/** What is said of an outage where its reason alone does not do. */
interface OutageTexts {
  /** The reason, for viewers. */
  readonly shown?: string;
  /** The sentence for the log. */
  readonly log?: string;
}

/** Another agent, and its hosts as they are shown here. Is there for as long as this agent runs, whatever becomes of the other. */
export class FarAgent {
  readonly url: string;
  readonly #options: FarAgentOptions;
  readonly #client: MetricsClient;
  readonly #log: Logger;
  readonly #clock: Clock;
  /** By the id that they have at their agent. */
  readonly #shown = new Map<string, Shown>();
  /** Ids here, by those there: kept, so that a host that comes back has the same. */
  readonly #ids = new Map<string, string>();
  /** By the id there, as it can be shown: why it is not. */
  readonly #refused = new Map<string, string>();
  #state: RelayHealth['state'] = 'connecting';
  #transport: string | undefined;
  /** Why it is not connected; `undefined` while it is. */
  #reason: string | undefined;
  /** Why the files with token and certificates are of no use now. */
  #fileProblem: string | undefined;
  /** Whether it was shown a token last. */
  #hasToken = false;
  /** What is shown of it while none of its hosts is known. */
  #unreached: Shown | null = null;
  readonly #toldFiles: Set<string>;
  /** What its hosts are while it says nothing of them; `null` while it does. */
  #outage: HostStatus | null = null;
  /** Whether it answered last that it shows nothing here: it may well be up. */
  #isRefused = false;
  /** The kinds of outages that were logged since it was heard. */
  readonly #toldOutages = new Set<string>();
  /** Monotonic, and as wall time: when it was heard last, or this began. */
  #heardMs: number;
  #heardAtMs: number;
  #hasBeenHeard = false;
  #hasToldTooMany = false;
  #answered: () => void = () => {};
  /** Settles when its hosts are known, or cannot be. */
  readonly answered = new Promise<void>((resolve) => {
    this.#answered = resolve;
  });
  /** Hosts that the answer, whose parts still come, has yet to name. */
  #unnamed: Set<string> | null = null;
  #isStopped = false;
  #cancelCheck: () => void = () => {};
  #cancelRetry: () => void = () => {};
  #cancelParts: () => void = () => {};

  constructor(options: FarAgentOptions) {
    const { url, turn, clock, log, toldFiles = new Set<string>() } = options;
    this.#toldFiles = toldFiles;
    this.url = url;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#heardMs = clock.now();
    this.#heardAtMs = clock.wallNow();
    this.#client = new MetricsClient({
      transport:
        options.transport ??
        new FarTransport(
          url,
          clock,
          () => this.#readFiles(),
          (token) => this.#client.authenticate(token),
        ),
      clock,
      random: Math.random,
    });
    this.#client.followHosts(['*'], {
      hosts: (told) => {
        if (turn === undefined) this.#heard(told);
        else void turn.then(() => this.#heard(told));
      },
      refused: ({ error }) =>
        this.#fail(`it cannot be relayed, since its version is too old: update it (${cleanLabel(error)})`),
    });
    this.#client.onTokenExpiring(() => void this.#renewToken());
    this.#client.onStatus((status) => this.#changed(status));
    this.#client.start();
    this.#scheduleCheck();
  }

  get health(): RelayHealth {
    const hosts = [...this.#shown.values()].map(({ stream }) => stream.host.id);
    const refused = [...this.#refused].map(([host, reason]) => ({ host, reason }));
    return {
      url: this.url,
      state: this.#state,
      ...(this.#transport === undefined ? {} : { transport: this.#transport }),
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      hosts,
      ...(refused.length === 0 ? {} : { refused }),
    };
  }

  /** Whether it shows a host of that run. */
  shows(epoch: string): boolean {
    return [...this.#shown.values()].some(({ summary }) => summary.epoch === epoch);
  }

  /** Called when the host of that run is shown by way of another address, which was named before this one. */
  yield(epoch: string, url: string): void {
    if (epoch === '') return;
    const all = [...this.#shown].filter(([, { summary }]) => summary.epoch === epoch);
    for (const [farId] of all) this.#refuse(farId, shownBy(url));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelCheck();
    this.#cancelRetry();
    this.#cancelParts();
    for (const { stream } of this.#shown.values()) stream.stop();
    this.#unreached?.stream.stop();
    this.#client.stop();
  }

  #changed(status: ConnectionStatus): void {
    if (status.state === 'error' || status.state === 'reconnecting') this.#answered();
    this.#transport = status.state === 'connected' ? status.transport : undefined;
    if (status.state === 'connected') {
      this.#state = 'connected';
      this.#reason = undefined;
      return;
    }
    if (status.state === 'error') {
      if (status.isForToken === true) this.#failToken(sentenceEnd(status.reason));
      else this.#fail(sentenceEnd(status.reason));
      this.#cancelRetry();
      this.#cancelRetry = this.#clock.schedule(() => this.#client.start(), RETRY_MS);
    } else if (status.state === 'reconnecting') {
      this.#state = 'lost';
      this.#reason = sentenceEnd(status.reason);
      this.#isRefused = false;
      if (this.#fileProblem !== undefined) this.#fail(this.#fileProblem);
      else if (status.isGoodbye === true) this.#break('down', this.#reason);
      else if (status.isRefused === true) this.#fail(this.#reason);
      else this.#check();
      this.#showUnreached(this.#forPeople(this.#reason));
    }
  }

  async #readFiles(): Promise<RelayCredentials> {
    try {
      const credentials = await readRelayCredentials(this.#options.settings, this.url);
      this.#fileProblem = undefined;
      this.#hasToken = credentials.token !== undefined;
      return credentials;
    } catch (error) {
      this.#fileProblem = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  /** Shows the token that is in the file by now, so that no connection ends with the one before. */
  async #renewToken(): Promise<void> {
    const credentials = await readRelayCredentials(this.#options.settings, this.url).catch(() => null);
    if (credentials?.token !== undefined) this.#client.authenticate(credentials.token);
  }

  /** Says which setting is to be corrected. @param told why, by the agent */
  #failToken(told: string): void {
    const { url } = this;
    const { tokensFile } = this.#options.settings;
    const file = tokensFile === null ? 'the file of --relay-tokens' : cleanLabel(basename(tokensFile));
    if (!this.#hasToken) {
      const what = 'asks for a token: add a line for it to the file of --relay-tokens';
      this.#fail(`it ${what}`, {
        shown: `it asks for a token: add a line for ${url} to ${file}`,
        log: `The agent at ${url} ${what}. Trying again`,
      });
      return;
    }
    const why = /^(?:authentication failed|invalid token)$/i.test(told) ? '' : ` (${told})`;
    const what = `is refused${why}: correct its line in the file of --relay-tokens`;
    this.#fail(`its token ${what}`, {
      shown: `its token was refused: correct the line for ${url} in ${file}`,
      log: `The token for ${url} ${what}. Trying again`,
    });
  }

  /** It is there, but does not let this agent see its hosts: nothing is known of them. */
  #fail(reason: string, texts?: OutageTexts): void {
    this.#state = 'lost';
    this.#reason = reason;
    this.#isRefused = true;
    this.#break('unknown', reason, texts);
  }

  /** Called when something may be amiss, and when nothing was heard for long. */
  #check(): void {
    const silentMs = this.#clock.now() - this.#heardMs;
    if (silentMs < this.#patienceMs || this.#isRefused) return;
    if (this.#client.status.state === 'connected') {
      this.#reason = 'nothing was heard of it';
      this.#client.checkAlive();
    }
    if (this.#reason !== undefined) this.#break('down', this.#reason);
  }

  get #patienceMs(): number {
    if (this.#client.status.state !== 'connected') return DOWN_AFTER_MS;
    // Nothing changes about hosts that are down.
    const intervals = [...this.#shown.values()].flatMap(({ summary }) =>
      summary.status.state === 'up' ? summary.intervalMs : [],
    );
    return Math.max(DOWN_AFTER_MS, SILENT_INTERVALS * Math.min(...intervals, Number.MAX_SAFE_INTEGER / 4));
  }

  #scheduleCheck(): void {
    const leftMs = this.#heardMs + this.#patienceMs - this.#clock.now();
    const delayMs = Math.min(Math.max(leftMs, 0) || DOWN_AFTER_MS, DOWN_AFTER_MS);
    this.#cancelCheck = this.#clock.schedule(() => {
      this.#check();
      this.#scheduleCheck();
    }, delayMs);
  }

  #break(state: 'down' | 'unknown', reason: string, texts: OutageTexts = {}): void {
    const { shown: shownReason = this.#forPeople(reason), log } = texts;
    if (this.#outage?.state !== state || this.#outage.reason !== shownReason) {
      const isFirst = this.#outage?.state !== state;
      const sinceMs = isFirst ? this.#heardAtMs : (this.#outage?.sinceMs ?? null);
      this.#outage = { state, sinceMs, reason: shownReason };
      for (const shown of this.#shown.values()) this.#learn(shown);
    }
    this.#showUnreached(shownReason);
    if (this.#toldOutages.has(state)) return;
    this.#toldOutages.add(state);
    if (reason === this.#fileProblem) {
      if (this.#toldFiles.has(reason)) return;
      this.#toldFiles.add(reason);
      this.#log.warn(`The agents of --relay are not asked for their hosts: ${reason}. Trying again`);
      return;
    }
    const what = state === 'down' ? 'cannot be reached' : 'does not show its hosts';
    this.#log.warn({ agent: this.url }, log ?? `The agent at ${this.url} ${what}: ${reason}. Trying again`);
  }

  /** Viewers need neither folders of this machine nor codes. */
  #forPeople(reason: string): string {
    const { tokensFile, caFile } = this.#options.settings;
    let text = reason;
    for (const path of [tokensFile, caFile])
      if (path !== null) text = text.replaceAll(path, () => cleanLabel(basename(path)));
    return text.replace(/ \([A-Z][A-Z\d_]+\)$/, '');
  }

  /** While none of its hosts is known, a host stands for all of them. */
  #showUnreached(reason: string): void {
    if (this.#isStopped || this.#shown.size > 0 || this.#refused.size > 0) return;
    const state = this.#outage?.state ?? 'unknown';
    // It may never have been there.
    const sinceMs = this.#hasBeenHeard ? (this.#outage?.sinceMs ?? null) : null;
    const status: HostStatus = { state, sinceMs, reason };
    if (this.#unreached === null) {
      const { own, isTaken, show } = this.#options.relaying;
      this.#unreached = unreachedHost({ url: this.url, isTaken, via: own.label, status, clock: this.#clock });
      show(this.#unreached.stream);
      return;
    }
    this.#unreached.summary = { ...this.#unreached.summary, status };
    this.#unreached.stream.learn(this.#unreached.summary);
  }

  #hideUnreached(): void {
    if (this.#unreached === null) return;
    const { stream } = this.#unreached;
    this.#unreached = null;
    this.#options.relaying.hide([stream]);
    stream.stop();
  }

  #heard({ complete, hosts, removed }: ToldHosts): void {
    if (this.#isStopped) return;
    this.#heardMs = this.#clock.now();
    this.#heardAtMs = this.#clock.wallNow();
    this.#state = 'connected';
    this.#reason = undefined;
    this.#isRefused = false;
    const hadOutage = this.#outage !== null || !this.#hasBeenHeard;
    this.#outage = null;
    this.#hideUnreached();
    if (complete) this.#begin();
    for (const summary of hosts) {
      this.#unnamed?.delete(summary.id);
      this.#take(summary);
    }
    for (const id of removed) this.#drop(id);
    if (hadOutage) {
      for (const shown of this.#shown.values()) this.#learn(shown);
      this.#tellHosts();
    }
  }

  #tellHosts(): void {
    this.#hasBeenHeard = true;
    this.#answered();
    this.#toldOutages.clear();
    this.#toldFiles.clear();
    const { hosts } = this.health;
    const names = hosts.length === 0 ? 'no host' : hosts.slice(0, 10).join(', ');
    this.#log.info(
      { agent: this.url, transport: this.#transport, hosts: hosts.length },
      `Shows ${names} of ${this.url}`,
    );
  }

  /** A complete answer begins: hosts that none of its parts names are no more. */
  #begin(): void {
    this.#cancelParts();
    const unnamed = new Set([...this.#shown.keys(), ...this.#refused.keys()]);
    this.#unnamed = unnamed;
    this.#cancelParts = this.#clock.schedule(() => {
      this.#unnamed = null;
      for (const id of unnamed) this.#drop(id);
    }, PARTS_WITHIN_MS);
  }

  #take(told: HostSummary): void {
    // One hop: what another agent relays is shown by who relays it.
    if (told.via !== undefined) return;
    const isKnown = this.#shown.has(told.id) || this.#refused.has(told.id);
    if (!isKnown && this.#shown.size + this.#refused.size >= MAX_HOSTS) {
      this.#tellTooMany();
      return;
    }
    const checked = checkSummary(told);
    const problem = typeof checked === 'string' ? checked : this.#conflictOf(checked);
    if (problem !== null || typeof checked === 'string') {
      this.#refuse(told.id, problem ?? '');
      return;
    }
    this.#refused.delete(told.id);
    this.#options.relaying.claim(checked.epoch);
    const known = this.#shown.get(told.id);
    const summary = { ...checked, ...this.#namesOf(checked), via: this.#options.relaying.own.label };
    const isSame =
      known?.stream.intervalMs === summary.intervalMs && known.stream.unitMs === summary.minIntervalMs;
    if (known !== undefined && isSame) {
      known.summary = summary;
      this.#learn(known);
      return;
    }
    const alerts = new MirroredAlerts(summary.id);
    const feed = new RelayFeed({
      client: this.#client,
      farId: told.id,
      intervalMs: summary.intervalMs,
      unitMs: summary.minIntervalMs,
      alerts,
    });
    const stream = new RemoteHost({ summary, feed, clock: this.#clock, alerts });
    this.#shown.set(told.id, { stream, summary });
    this.#options.relaying.show(stream);
    known?.stream.stop();
  }

  /** Why a host cannot be shown here; `null` if it can. */
  #conflictOf({ epoch }: HostSummary): string | null {
    const { own, urlOfRun } = this.#options.relaying;
    if (epoch === own.epoch) return 'is this agent itself';
    const url = epoch === '' ? undefined : urlOfRun(epoch);
    return url === undefined ? null : shownBy(url);
  }

  /** Both with the address if its id is taken, so that people can tell the two apart. */
  #namesOf({ id: farId, label }: HostSummary): Pick<HostSummary, 'id' | 'label'> {
    const { host } = new URL(this.url);
    const id = this.#ids.get(farId) ?? (this.#options.relaying.isTaken(farId) ? `${farId}@${host}` : farId);
    this.#ids.set(farId, id);
    return { id, label: id === farId ? label : `${label}@${host}` };
  }

  #learn({ stream, summary }: Shown): void {
    stream.learn(this.#outage === null ? summary : { ...summary, status: this.#outage });
  }

  #refuse(farId: string, reason: string): void {
    this.#remove(farId);
    const host = cleanLabel(farId);
    if (this.#refused.get(host) === reason) return;
    this.#refused.set(host, reason);
    this.#log.warn(
      { agent: this.url, host },
      `The host ${host} of the agent at ${this.url} is not shown: it ${reason}`,
    );
  }

  #tellTooMany(): void {
    if (this.#hasToldTooMany) return;
    this.#hasToldTooMany = true;
    this.#log.warn(
      { agent: this.url },
      `The agent at ${this.url} has more than ${MAX_HOSTS} hosts, and only those that it named first are shown: open that one itself`,
    );
  }

  #drop(farId: string): void {
    this.#refused.delete(cleanLabel(farId));
    this.#remove(farId);
    // Names may be made up without end.
    if (this.#ids.size > MAX_HOSTS) this.#ids.delete(farId);
  }

  #remove(farId: string): void {
    const known = this.#shown.get(farId);
    if (known === undefined) return;
    this.#shown.delete(farId);
    this.#options.relaying.hide([known.stream]);
    known.stream.stop();
  }
}

function shownBy(url: string): string {
  return `is shown already, by way of ${url}`;
}

/** To be quoted within a sentence. The other agent, or whatever answers in its place, may have written it. */
function sentenceEnd(reason: string): string {
  return cleanLabel(reason).replace(/\.$/, '');
}
