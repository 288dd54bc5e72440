import * as v from 'valibot';
import type { Clock } from '../../clock.ts';
import type { HostFeed } from '../../hosts/host-feed.ts';
import type { HostRegistry } from '../../hosts/host-registry.ts';
import { aboutSchema, beatSchema } from '../bodies.ts';
import { ABOUT_STREAM, nameIn, subjectsOf } from '../subjects.ts';
import { summaryOfAbout, summaryOfBeat } from './beat-summary.ts';
import type { Broker, BrokerMessage } from './broker.ts';
import { Drops } from './drops.ts';
import { Fills } from './fills.ts';
import { NatsHost, type NatsHostParts } from './nats-host.ts';
import { PRESENCE_TICK_MS, type Link } from './presence.ts';
import { readBody } from './read-body.ts';

export interface NatsHostsOptions {
  readonly broker: Broker;
  /** Gets all hosts that are heard of. */
  readonly hosts: HostRegistry;
  readonly clock: Clock;
  /** Called with what should never happen. */
  readonly failed: (error: unknown) => void;
}

/** Without catalogues, which nobody needs of a host that nobody follows. */
const keptAboutSchema = v.omit(aboutSchema, ['catalogue', 'tables']);
const AGAIN_MS = 10_000;
/** As the broker forgets what a host said of itself. */
const FORGET_AFTER_MS = 7 * 86_400_000;
/** After the start, thousands may be heard of within seconds, and every client is told of each change. */
const GATHER_MS = 100;
/** More would only fill the memory: whoever may publish as one host may be able to as many. */
const MAX_HOSTS = 100_000;

/** The hosts that publish to a broker. */
export class NatsHosts {
  readonly #options: NatsHostsOptions;
  readonly #parts: NatsHostParts;
  readonly #byName = new Map<string, NatsHost>();
  readonly #undos: (() => void)[] = [];
  #markRead: () => void = () => {};
  /** Settles when the hosts that the broker knows have been read, or cannot be now. Never while the broker is away. */
  readonly areRead = new Promise<void>((resolve) => {
    this.#markRead = resolve;
  });
  readonly fills = new Fills();
  readonly drops = new Drops();
  #link: Link;
  /** Up to where the stream of hosts is read. */
  #readUpTo = 0;
  #isReading = false;
  /** Heard of for the first time, and to be added soon. */
  readonly #fresh = new Set<NatsHost>();
  #cancelTick: () => void = () => {};
  #cancelAdd: () => void = () => {};
  #cancelAgain: () => void = () => {};
  #isStopped = false;

  constructor(options: NatsHostsOptions) {
    const { broker, clock, failed } = options;
    this.#options = options;
    this.#link = this.#linkNow();
    this.#parts = {
      broker,
      clock,
      failed,
      fills: this.fills,
      drops: this.drops,
      link: () => this.#link,
    };
    this.#undos.push(
      broker.listen(subjectsOf('*').beat, (message) => this.#take(message)),
      broker.onLink(() => this.#linkChanged()),
    );
    this.#tick();
    if (broker.isConnected) void this.#readKept();
  }

  /** Those that viewers can see. */
  get all(): readonly NatsHost[] {
    return [...this.#byName.values()].filter((host) => !this.#fresh.has(host));
  }

  /** Delivers the samples of a host. */
  feedOf(name: string): HostFeed | undefined {
    return this.#byName.get(name);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTick();
    this.#cancelAdd();
    this.#cancelAgain();
    for (const undo of this.#undos) undo();
    for (const host of this.#byName.values()) host.stop();
  }

  #linkNow(): Link {
    const { broker, clock } = this.#options;
    return { isConnected: broker.isConnected, sinceMs: clock.now(), sinceWallMs: clock.wallNow() };
  }

  #linkChanged(): void {
    this.#link = this.#linkNow();
    for (const host of this.#byName.values()) host.check();
    if (this.#link.isConnected) void this.#readKept();
  }

  #tick(): void {
    const forgotten: NatsHost[] = [];
    for (const host of this.#byName.values()) {
      host.check();
      if (host.silentMs > FORGET_AFTER_MS && host.status.state === 'down') forgotten.push(host);
    }
    if (forgotten.length > 0) this.#forget(forgotten);
    this.#cancelTick = this.#options.clock.schedule(() => this.#tick(), PRESENCE_TICK_MS);
  }

  #forget(forgotten: readonly NatsHost[]): void {
    for (const host of forgotten) this.#byName.delete(host.name);
    this.#options.hosts.removeAll(forgotten.map(({ stream }) => stream));
    for (const host of forgotten) host.stop();
  }

  #take({ subject, data }: BrokerMessage): void {
    const name = nameIn(subject);
    const beat = readBody(beatSchema, data);
    if (name === undefined || beat === undefined) return this.drops.count('malformed');
    const known = this.#byName.get(name);
    if (known !== undefined) {
      const isReplaced = known.take(beat) && !this.#fresh.has(known);
      if (isReplaced) this.#options.hosts.add(known.stream);
      return;
    }
    const measured = summaryOfBeat(name, beat);
    if (measured === undefined) return this.drops.count('malformed');
    if (this.#byName.size >= MAX_HOSTS) return;
    const host = new NatsHost(name, measured, beat, this.#parts);
    host.take(beat);
    this.#byName.set(name, host);
    this.#fresh.add(host);
    if (this.#fresh.size === 1)
      this.#cancelAdd = this.#options.clock.schedule(() => this.#addFresh(), GATHER_MS);
  }

  #addFresh(): void {
    const streams = [...this.#fresh].map(({ stream }) => stream);
    this.#fresh.clear();
    this.#options.hosts.addAll(streams);
  }

  /** Hosts that are down say nothing, but the broker has kept what they said. */
  async #readKept(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      await this.#readKeptOnce();
    } catch {
      this.#cancelAgain();
      if (!this.#isStopped)
        this.#cancelAgain = this.#options.clock.schedule(() => void this.#readKept(), AGAIN_MS);
    }
    this.#isReading = false;
    this.#markRead();
  }

  /** @throws Error if the broker does not answer */
  async #readKeptOnce(): Promise<void> {
    const { broker, hosts } = this.#options;
    const { about } = subjectsOf('*');
    // A stream that was made again begins with lower numbers.
    const isSame =
      this.#readUpTo > 0 && (await broker.firstKept(ABOUT_STREAM, about, this.#readUpTo)) !== null;
    const found: NatsHost[] = [];
    const messages = broker.kept(ABOUT_STREAM, about, isSame ? this.#readUpTo : 1);
    try {
      for await (const { seq, subject, data } of messages) {
        if (this.#isStopped) return;
        this.#readUpTo = seq;
        const name = nameIn(subject);
        if (name === undefined || this.#byName.has(name) || this.#byName.size >= MAX_HOSTS) continue;
        const kept = readBody(keptAboutSchema, data);
        const measured = kept && summaryOfAbout(name, kept);
        if (kept === undefined || measured === undefined) {
          this.drops.count('malformed');
          continue;
        }
        const host = new NatsHost(name, measured, kept, this.#parts);
        this.#byName.set(name, host);
        found.push(host);
      }
    } finally {
      // The rest is read when the broker is back.
      if (found.length > 0) hosts.addAll(found.map(({ stream }) => stream));
    }
  }
}
