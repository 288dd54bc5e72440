import assert from 'node:assert/strict';
import { EVERYTHING } from '../../auth/grant.ts';
import type { TokenVerifier } from '../../auth/authenticator.ts';
import { metric } from '../fake-collector.ts';
import { LiveServer } from '../live-server.ts';
import { PROCESSES } from '../test-hub.ts';
import { ModelledHost } from './modelled-host.ts';
import { ModelledViewer } from './modelled-viewer.ts';
import type { OpenLink } from './viewer-link.ts';

/** Only an agent that forgets something takes so long. */
const PATIENCE_MS = 2000;
const NAMES = ['cpu', 'memory', 'memory.used'];

/** Tokens of the form `ends.MS.ID` and `lasts.for.ID`; the first part says when they end. */
class ModelledTokens implements TokenVerifier {
  readonly revoked = new Set<string>();

  async verify(token: string): ReturnType<TokenVerifier['verify']> {
    const [kind, ms] = token.split('.');
    return {
      scope: EVERYTHING,
      isAdmin: false,
      tokenId: token,
      expiresInMs: kind === 'ends' ? Number(ms) : null,
    };
  }

  status(id: string): 'good' | 'revoked' {
    return this.revoked.has(id) ? 'revoked' : 'good';
  }
}

interface Guest {
  readonly viewer: ModelledViewer;
  readonly token: string | undefined;
  /** By the fake clock. */
  readonly endsAtMs: number;
}

/** An agent, its viewers on real WebSockets, and the model of both. */
export class ViewerWorld {
  readonly host: ModelledHost;
  readonly #tokens = new ModelledTokens();
  readonly server = new LiveServer({ verifier: this.#tokens });
  readonly #openLink: OpenLink;
  readonly guests: (Guest | undefined)[] = [];
  /** All that ever were. */
  readonly #viewers: ModelledViewer[] = [];
  #rounds: () => number = () => 0;
  #baseBytes = 0;
  #baseSkipped = 0;
  /** How many viewers have ended. */
  #ended = 0;
  #lastId = 0;
  #grid = 0;
  #names: readonly string[] = NAMES;

  constructor(openLink: OpenLink) {
    this.#openLink = openLink;
    this.host = new ModelledHost(this.server.host.host.id);
  }

  async start(): Promise<this> {
    await this.server.start();
    // One that asks for nothing, to count rounds by.
    const metronome = this.server.connect('plain');
    this.#rounds = metronome.rounds;
    this.#baseBytes = this.server.hub.sentBytes;
    return this;
  }

  async stop(): Promise<void> {
    for (const viewer of this.#viewers) if (!viewer.isOver) viewer.drop();
    await this.server.stop();
  }

  get nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  async connect(index: number, isV1: boolean, kernelBytes: number, token: string | undefined): Promise<void> {
    const link = await this.#openLink(this.server.server, kernelBytes);
    const viewer = new ModelledViewer(link, {
      isV1,
      host: this.host,
      now: () => this.server.clock.now(),
      rounds: () => this.#rounds(),
    });
    const [kind, ms] = token?.split('.') ?? [];
    const endsAtMs = kind === 'ends' ? this.server.clock.now() + Number(ms) : Number.POSITIVE_INFINITY;
    this.guests[index] = { viewer, token, endsAtMs };
    this.#viewers.push(viewer);
    await this.settle();
    if (token !== undefined) viewer.showToken(token);
    await this.settle();
  }

  /** Takes one sample. @param units since the one before */
  take({
    units,
    reason,
    hasRows = false,
    names,
  }: {
    readonly units: number;
    readonly reason?: 'stall';
    readonly hasRows?: boolean;
    readonly names?: readonly string[];
  }): void {
    this.#grid += units;
    this.#names = names ?? this.#names;
    const { host } = this.server;
    const seq = this.host.taken.length + 1;
    const sampled = this.#names.map((name, at) => (name === 'memory.used' ? null : seq * 10 + at));
    const rows = hasRows ? [[seq, `process ${seq}`]] : undefined;
    const ts = this.#grid * host.unitMs;
    const { epoch } = host;
    this.host.take({
      epoch,
      seq,
      ts,
      grid: this.#grid,
      reason,
      rows,
      values: new Map(this.#names.map((name, at) => [name, sampled[at] ?? null])),
    });
    // Of those whom the round that comes with this sample closes, the sample is skipped first.
    const served = this.#viewers.filter(({ isClosing, isOver }) => !isClosing && !isOver);
    host.append({
      timestampMs: ts,
      gridIndex: this.#grid,
      values: sampled,
      ...(reason === undefined ? {} : { gapReason: reason }),
      ...(names === undefined ? {} : { catalogue: names.map((name) => metric(name)) }),
      ...(rows === undefined ? {} : { tables: [{ name: PROCESSES.name, rows }] }),
    });
    for (const viewer of served) viewer.taken(this.host.head);
  }

  /** Revokes the token of one. */
  revoke(index: number): void {
    const guest = this.guests[index];
    if (guest?.token === undefined) return;
    this.#tokens.revoked.add(guest.token);
    if (!guest.viewer.isClosing) guest.viewer.expect({ code: 4009, type: 'error' });
    this.server.hub.recheck();
  }

  dismissAll(): void {
    for (const viewer of this.#viewers) {
      if (!viewer.isClosing) viewer.expect({ code: 4201, type: 'goodbye' });
    }
    this.server.hub.dismissAll();
  }

  /** Time passes, a second at a time. */
  async wait(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 1)
      await this.#tick(1, () => this.server.clock.advance(1000));
  }

  /** Time passes at once, and everybody is told of a sample afterwards. */
  async stall(seconds: number, units: number): Promise<void> {
    const before = this.#rounds();
    await this.#tick(seconds, async () => {
      this.server.clock.stall(seconds * 1000);
      this.take({ units, reason: 'stall' });
    });
    assert.equal(this.#rounds(), before, 'a late round is held against nobody');
  }

  /** One second with a sample at its end. */
  async second(more: { readonly hasRows?: boolean; readonly names?: readonly string[] } = {}): Promise<void> {
    await this.#tick(1, async () => {
      await this.server.clock.advance(1000);
      this.take({ units: 10, ...more });
    });
  }

  /** Viewers whose tokens end may be closed. */
  #expectEnds(passingMs: number): void {
    const byMs = this.server.clock.now() + passingMs;
    for (const guest of this.guests) {
      if (guest === undefined || guest.viewer.isClosing || guest.endsAtMs > byMs) continue;
      guest.viewer.expect({ code: 4002, type: 'error' });
    }
  }

  async #tick(seconds: number, pass: () => Promise<void>): Promise<void> {
    this.#expectEnds(seconds * 1000);
    await pass();
    await this.settle();
    for (const viewer of this.#viewers) viewer.checkHeartbeat();
  }

  /** Waits until everything that can be sent was, and checks what has to be true then. */
  async settle(): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS;
    for (let still = 0; still < 2;) {
      await this.server.clock.advance(0);
      const missing = this.#viewers.map((viewer) => viewer.flow()).find((what) => what !== null);
      still = missing === undefined ? still + 1 : 0;
      if (missing !== undefined && performance.now() > untilMs) assert.fail(`waits for ${missing}`);
    }
    for (const viewer of this.#viewers) viewer.settled();
    const sum = (count: (viewer: ModelledViewer) => number): number =>
      this.#viewers.reduce((total, viewer) => total + count(viewer), 0);
    const { hub, clock } = this.server;
    const extraBytes = hub.sentBytes - this.#baseBytes - sum(({ sentBytes }) => sentBytes);
    const ended = sum(({ isOver }) => (isOver ? 1 : 0));
    const extraSkipped = hub.skippedSamples - this.#baseSkipped - sum(({ skipped }) => skipped);
    // What a session says to a connection that is about to end may count, although nothing carries it.
    const mostExtra = ended === this.#ended ? { bytes: 0, skipped: 0 } : { bytes: 100_000, skipped: 100 };
    assert(extraBytes >= 0 && extraBytes <= mostExtra.bytes, `sentBytes has ${extraBytes} too many`);
    assert(
      extraSkipped >= 0 && extraSkipped <= mostExtra.skipped,
      `skippedSamples has ${extraSkipped} too many`,
    );
    this.#baseBytes += extraBytes;
    this.#baseSkipped += extraSkipped;
    this.#ended = ended;
    assert.equal(hub.sessionCount, 1 + sum(({ isOver }) => (isOver ? 0 : 1)), 'sessionCount');
    const late = this.guests.find(
      (guest) => guest && !guest.viewer.isOver && guest.endsAtMs < clock.now() - 2000,
    );
    assert.equal(late, undefined, 'a token that has ended closes its connection');
    this.server.log.lines.forEach((line) => assert(!line.startsWith('error '), line));
  }
}
