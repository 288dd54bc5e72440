import { createHash } from 'node:crypto';
import { matchesGlob } from '../../shared/protocol/catalogue.ts';
import { encodeHosts } from '../../shared/protocol/codec.ts';
import type { HostsMessage, HostSummary } from '../../shared/protocol/messages.ts';
import { isAllowed, isEverything, scopeKey, type Scope } from '../auth/grant.ts';
import { Frame } from './frame.ts';
import type { Overview, OverviewEntry } from './overview.ts';

/** In one message. */
const MAX_HOSTS = 200;
/** Patterns that are compared for one message, so that other clients do not wait. */
const MAX_COMPARED = 20_000;
/** Clients choose the names of their subscriptions: limits the frames that are kept for one part. */
const MAX_FRAMES = 16;
/** They choose what their cursors say, too. That many tell a client of more hosts than there may be. */
const MAX_PARTS = 500;

/** What a client was told. */
export interface OverviewPosition {
  /** The revision at which it began to be told of every host. */
  readonly begun: number;
  /** The revision up to which it was told. */
  readonly told: number;
}

/** What hosts are, and are no more, up to a revision. */
interface Part {
  readonly upTo: number;
  readonly isEmpty: boolean;
  frame(head: Pick<HostsMessage, 'sub' | 'complete' | 'id'>): Frame;
}

/** Summaries as a scope shows them, encoded once for all filters. */
export class ShownSummaries {
  readonly scope: Scope;
  readonly #texts = new WeakMap<OverviewEntry, { readonly revision: number; readonly text: string }>();
  #encodings = 0;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** Summaries encoded so far. */
  get encodings(): number {
    return this.#encodings;
  }

  textOf(entry: OverviewEntry): string {
    const { revision } = entry;
    const known = this.#texts.get(entry);
    if (known?.revision === revision) return known.text;
    const text = JSON.stringify(shownSummary(entry.stream.summary, this.scope));
    this.#encodings += 1;
    this.#texts.set(entry, { revision, text });
    return text;
  }
}

/** What a scope and a filter show of the overview. */
export class OverviewView {
  readonly overview: Overview;
  readonly #summaries: ShownSummaries;
  readonly #filter: HostFilter;
  readonly #digest: string;
  /** Those of the newest revision, by where they begin. */
  readonly #parts = new Map<number, Part>();
  #era = '';
  #revision = -1;

  constructor(overview: Overview, summaries: ShownSummaries, patterns: readonly string[]) {
    this.overview = overview;
    this.#summaries = summaries;
    this.#filter = new HostFilter(patterns);
    const whole = `${scopeKey(summaries.scope)} ${JSON.stringify(patterns)}`;
    this.#digest = createHash('sha256').update(whole).digest('base64url').slice(0, 8);
  }

  /** A position as a client keeps it. */
  encode({ begun, told }: OverviewPosition): string {
    return [this.overview.era, this.#digest, begun, told].join('.');
  }

  /** Reads what `encode` wrote; `null` if it says nothing now. */
  decode(position: string | undefined): OverviewPosition | null {
    const [era, digest, ...numbers] = position?.split('.') ?? [];
    if (era !== this.overview.era || digest !== this.#digest) return null;
    const [begun = Number.NaN, told = Number.NaN] = numbers.map(Number);
    return Number.isSafeInteger(begun) && Number.isSafeInteger(told) ? { begun, told } : null;
  }

  /** What has changed after a revision, or a part of it. */
  partAfter(revision: number): Part {
    if (this.#revision !== this.overview.revision || this.#era !== this.overview.era) {
      this.#revision = this.overview.revision;
      this.#era = this.overview.era;
      this.#parts.clear();
    }
    const known = this.#parts.get(revision);
    if (known !== undefined) return known;
    const part = this.#partAfter(revision);
    if (this.#parts.size >= MAX_PARTS) this.#parts.clear();
    this.#parts.set(revision, part);
    return part;
  }

  #partAfter(after: number): Part {
    const { overview } = this;
    const hosts: string[] = [];
    const removed: string[] = [];
    let upTo = overview.revision;
    let compared = 0;
    for (const entry of overview.changedAfter(after)) {
      if (hosts.length + removed.length >= MAX_HOSTS || compared >= MAX_COMPARED) {
        upTo = entry.revision - 1;
        break;
      }
      compared += this.#filter.cost;
      const { id } = entry.stream.host;
      if (!isAllowed({ scope: this.#summaries.scope, isAdmin: false }, { kind: 'host', name: id })) continue;
      const isMatch = this.#filter.includes(entry.stream.host);
      if (isMatch && !entry.isGone) hosts.push(this.#summaries.textOf(entry));
      // Of a host that was called otherwise, it is not known whether the client was told.
      else if (isMatch || entry.renamed > after) removed.push(id);
    }
    return newPart(hosts, removed, upTo);
  }
}

function newPart(hosts: readonly string[], removed: string[], upTo: number): Part {
  const text = `[${hosts.join(',')}]`;
  const frames = new Map<string, Frame>();
  return {
    upTo,
    isEmpty: hosts.length + removed.length === 0,
    frame: (head) => {
      const key = JSON.stringify(head);
      const known = frames.get(key);
      if (known !== undefined) return known;
      const gone = removed.length === 0 || head.complete ? {} : { removed };
      const frame = Frame.of(encodeHosts({ ...head, ...gone }, text));
      if (frames.size < MAX_FRAMES) frames.set(key, frame);
      return frame;
    },
  };
}

/** Hosts by id, label, globs of them, and `key=value` of their labels. */
class HostFilter {
  readonly #names: ReadonlySet<string>;
  readonly #globs: readonly string[];
  readonly #labels: readonly { readonly key: string; readonly value: string }[];

  constructor(patterns: readonly string[]) {
    this.#names = new Set(patterns.filter((pattern) => !pattern.includes('*')));
    this.#globs = patterns.filter((pattern) => pattern.includes('*'));
    this.#labels = patterns.flatMap((pattern) => {
      const at = pattern.indexOf('=');
      return at <= 0 ? [] : [{ key: pattern.slice(0, at), value: pattern.slice(at + 1) }];
    });
  }

  /** Patterns that are compared with each host. */
  get cost(): number {
    return 1 + this.#globs.length + this.#labels.length;
  }

  includes({ id, label, labels = {} }: Pick<HostSummary, 'id' | 'label' | 'labels'>): boolean {
    if (this.#names.has(id) || this.#names.has(label)) return true;
    if (this.#globs.some((glob) => matchesGlob(glob, id) || matchesGlob(glob, label))) return true;
    return this.#labels.some(
      ({ key, value }) => Object.hasOwn(labels, key) && matchesGlob(value, labels[key] ?? ''),
    );
  }
}

/** Nothing of what a scope hides: neither values of its metrics, nor names that no metric has alone. */
function shownSummary(summary: HostSummary, scope: Scope): HostSummary {
  if (isEverything(scope)) return summary;
  // A glob that matches a star literally matches whatever may stand for it.
  const shows = (name: string): boolean => isAllowed({ scope, isAdmin: false }, { kind: 'metric', name });
  const { network } = summary;
  const receive = shows('network.all.receive') ? (network?.receive ?? null) : null;
  const send = shows('network.all.transmit') ? (network?.send ?? null) : null;
  return {
    ...summary,
    // Who passes a host on may be a host that is not shown.
    ...(summary.via === undefined ? {} : { via: scope.hosts.includes('*') ? summary.via : '' }),
    bootedAtMs: null,
    cpu: shows('cpu') ? summary.cpu : null,
    memory: shows('memory') ? summary.memory : null,
    disk: shows('filesystem.*.used') ? summary.disk : null,
    network: receive === null && send === null ? null : { receive, send },
    pressure: shows('pressure.*.some') ? summary.pressure : null,
    alerts: scope.metrics.includes('*') ? summary.alerts : null,
  };
}
