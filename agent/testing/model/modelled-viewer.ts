import assert from 'node:assert/strict';
import { decodeServerFrame } from '../../../shared/client/server-frames.ts';
import type { Gap, Metrics, RequestId, Table } from '../../../shared/protocol/messages.ts';
import { FrameReader, type ServerFrame } from '../frame-reader.ts';
import { HANDSHAKE_LINES, head } from '../raw-request.ts';
import { frame, OPCODES } from '../raw-web-socket.ts';
import type { ModelledHost } from './modelled-host.ts';
import { ModelledPlain } from './modelled-plain.ts';
import { ModelledSubscription, type ChannelRequest, type Start } from './modelled-subscription.ts';
import type { ViewerLink } from './viewer-link.ts';

/** FC-3. */
const MAX_IN_FLIGHT_BYTES = 32 * 1024;
const MAX_BUFFERED_BYTES = 16 * 1024;
const MAX_SILENT_ROUNDS = 10;
const MAX_STUCK_ROUNDS = 30;
/** HB-1: 30 s ± 10 %. */
const PING_ROUNDS = { least: 27, most: 33 };
const HEARTBEAT_MS = 15_000;
/** The agent looks once a second, with a sample if one comes soon, and so does the test. */
const HEARTBEAT_LATE_MS = 2000;

type ServerMessage = ReturnType<typeof decodeServerFrame>[number];

export interface ViewerOptions {
  readonly isV1: boolean;
  readonly host: ModelledHost;
  readonly now: () => number;
  /** Rounds of the agent that came on time. */
  readonly rounds: () => number;
}

/** Something that the viewer asked, and what its answer has to be. */
type Question =
  | { readonly kind: 'pong' | 'auth' }
  | { readonly kind: 'unsubscribe'; readonly id: number; readonly sub: string }
  | { readonly kind: 'plain'; readonly metrics: readonly string[] }
  | {
      readonly kind: 'subscribe';
      readonly id: number;
      readonly request: ChannelRequest;
      readonly start: Start;
    };

/** How the agent may close. */
export type Fate = { readonly code: number; readonly type?: 'goodbye' | 'error' };

interface Ping {
  readonly payload: Buffer;
  /** Bytes of messages before it. */
  readonly atBytes: number;
  readonly atRound: number;
}

/**
 * One viewer, and what the agent may and must send it: judges each frame when it is written, from what the agent wrote before and what the viewer
 * said. Knows nothing of how the agent decides.
 */
export class ModelledViewer {
  readonly link: ViewerLink;
  readonly #options: ViewerOptions;
  readonly #written = new FrameReader();
  readonly #read = new FrameReader();
  readonly #subscriptions = new Map<string, ModelledSubscription>();
  #plain: ModelledPlain | null = null;
  readonly #questions: Question[] = [];
  /** Ids of questions about the past, whose answers wait for those of the others. */
  readonly #pastIds = new Set<RequestId>();
  /** Of subscriptions that are over. */
  #skippedBefore = 0;
  #writtenBytes = 0;
  /** Of messages, with their headers, and how much of it the viewer has acknowledged. */
  sentBytes = 0;
  #ackedBytes = 0;
  #ping: Ping | null = null;
  /** Round of the last ping or pong, or of the start. */
  #pingRound: number;
  pings = 0;
  #lastSentMs: number;
  #isReading = true;
  #answersPings = true;
  /** Pings read and not answered. */
  readonly #unanswered: Buffer[] = [];
  /** What the agent has told of the host. */
  told: readonly string[] = [];
  #fate: Fate | null = null;
  #farewell: string | undefined;
  #closedByUs = false;
  #closeCode: number | undefined;
  isOver = false;
  /** What was found wrong in a callback, where nobody would catch it. */
  #flaw: Error | undefined;

  constructor(link: ViewerLink, options: ViewerOptions) {
    this.link = link;
    this.#options = options;
    this.#pingRound = options.rounds();
    this.#lastSentMs = options.now();
    const { served } = link;
    const write = served.write.bind(served) as (...args: unknown[]) => boolean;
    served.write = (chunk: Buffer | string, ...rest: unknown[]) => {
      this.#judged(() => this.#wrote(Buffer.from(chunk as string), served.writableLength));
      return write(chunk, ...rest);
    };
    served.on('close', () => this.#judged(() => this.#ended()));
    link.onRead = (bytes) => this.#judged(() => this.#readBytes(bytes));
    link.accept();
    const protocol = options.isV1 ? ['Sec-WebSocket-Protocol: metrics-panel.v1'] : [];
    link.send(Buffer.from(head('/metrics', ['Host: 127.0.0.1', ...HANDSHAKE_LINES, ...protocol])));
  }

  get isV1(): boolean {
    return this.#options.isV1;
  }

  get isClosing(): boolean {
    return this.#closedByUs || this.#closeCode !== undefined;
  }

  get skipped(): number {
    const all = [...this.#subscriptions.values(), ...(this.#plain === null ? [] : [this.#plain])];
    return all.reduce((sum, { skipped }) => sum + skipped, this.#skippedBefore);
  }

  get inFlightBytes(): number {
    return this.sentBytes - this.#ackedBytes;
  }

  /** On-time rounds since the unanswered ping. */
  get #silentRounds(): number {
    return this.#ping === null ? 0 : this.#options.rounds() - this.#ping.atRound;
  }

  /** Whether the agent may send it nothing but answers (FC-3). */
  get isBlocked(): boolean {
    return this.#isBlockedWith(this.link.served.writableLength);
  }

  #isBlockedWith(bufferedBytes: number): boolean {
    return (
      this.inFlightBytes > MAX_IN_FLIGHT_BYTES ||
      bufferedBytes > MAX_BUFFERED_BYTES ||
      this.#silentRounds >= MAX_SILENT_ROUNDS
    );
  }

  subscribe(request: ChannelRequest, start: Start, id: number): void {
    const { sub, metrics, tables, stride } = request;
    this.#questions.push({ kind: 'subscribe', id, request, start });
    this.#say({ action: 'subscribe', sub, metrics, tables, intervalMs: stride * 100, ...start, id });
  }

  subscribePlain(metrics: readonly string[]): void {
    this.#questions.push({ kind: 'plain', metrics });
    this.#say({ action: 'subscribe', metrics });
  }

  unsubscribe(sub: string, id: number): void {
    this.#questions.push({ kind: 'unsubscribe', id, sub });
    this.#say({ action: 'unsubscribe', sub, id });
  }

  askPong(): void {
    this.#questions.push({ kind: 'pong' });
    this.link.send(frame(OPCODES.text, 'ping'));
  }

  askHistory(id: number): void {
    this.#pastIds.add(id);
    this.#say({ action: 'history', metrics: ['cpu'], from: 1, to: 2, id });
  }

  showToken(token: string): void {
    this.#questions.push({ kind: 'auth' });
    this.#say({ type: 'auth', token });
  }

  /** Where it could continue. */
  positionOf(sub: string): Start['since'] {
    const position = this.#subscriptions.get(sub)?.position;
    return position && { epoch: position.epoch, seq: position.seq, ts: position.ts };
  }

  has(sub: string): boolean {
    return this.#subscriptions.has(sub);
  }

  setReading(isReading: boolean): void {
    this.#isReading = isReading;
    this.link.setReading(isReading);
  }

  setAnswering(answersPings: boolean): void {
    this.#answersPings = answersPings;
    if (!answersPings) return;
    for (const payload of this.#unanswered.splice(0)) this.#answer(payload);
  }

  /** A pong that answers nothing. */
  sendWrongPong(): void {
    this.link.send(frame(OPCODES.pong, '7'));
  }

  close(): void {
    this.#closedByUs = true;
    this.link.send(frame(OPCODES.close, Buffer.from([0x03, 0xe8])));
  }

  drop(): void {
    this.#closedByUs = true;
    this.link.drop();
  }

  /** The agent has a reason to close from now on. */
  expect(fate: Fate): void {
    this.#fate = fate;
  }

  /** Whether the agent still has to close. */
  get isDoomed(): boolean {
    return this.#fate !== null && !this.isOver;
  }

  /** A sample was taken, and everybody was told. */
  taken(index: number): void {
    for (const subscription of this.#subscriptions.values()) subscription.taken(index);
    this.#plain?.taken(index);
  }

  /** Moves what waits, and says what is still to come; `null` if nothing is. @throws Error what it found wrong */
  flow(): string | null {
    const isStill = this.link.flow(this.#writtenBytes);
    if (this.#flaw !== undefined) throw this.#flaw;
    if (this.isOver) return null;
    if (this.#closeCode !== undefined && !this.#isReading) this.setReading(true);
    if (this.isClosing) return 'the end';
    if (!isStill) return 'bytes on their way';
    if (this.#written.head === '') return 'the handshake';
    if (this.isBlocked) return null;
    if (this.#questions.length > 0) return `the answer to ${JSON.stringify(this.#questions[0])}`;
    if (this.#pastIds.size > 0) return 'an answer about the past';
    for (const [sub, { isOwed }] of this.#subscriptions) if (isOwed) return `samples of ${sub.slice(0, 9)}`;
    if (this.#plain?.isOwed === true) return 'plain samples';
    return null;
  }

  /** Everything that could be sent was: checks what has to be true then. */
  settled(): void {
    if (this.isOver) return;
    for (const subscription of this.#subscriptions.values()) subscription.settled(this.isBlocked);
    const silent = this.#silentRounds;
    if (this.#ping === null) {
      assert(this.inFlightBytes <= MAX_IN_FLIGHT_BYTES, 'a blocked viewer is asked by a ping');
      const rounds = this.#options.rounds() - this.#pingRound;
      assert(rounds <= PING_ROUNDS.most, `pinged within 33 s, not ${rounds}`);
    } else if (this.inFlightBytes > 0) {
      assert(silent <= MAX_STUCK_ROUNDS, `closed after 30 s without an answer, not ${silent}`);
    } else assert(silent <= PING_ROUNDS.most, `cut after an unanswered heartbeat, not after ${silent} s`);
  }

  /** Called when the agent has just had a round. */
  checkHeartbeat(): void {
    if (!this.isV1 || this.isClosing) return;
    const silentMs = this.#options.now() - this.#lastSentMs;
    assert(silentMs <= HEARTBEAT_MS + HEARTBEAT_LATE_MS, `a heartbeat after ${silentMs} ms`);
  }

  #say(message: object): void {
    this.link.send(frame(OPCODES.text, JSON.stringify(message)));
  }

  #judged(judge: () => void): void {
    try {
      if (this.#flaw === undefined) judge();
    } catch (error) {
      this.#flaw = error instanceof Error ? error : new Error('a flaw', { cause: error });
    }
  }

  #wrote(bytes: Buffer, bufferedBefore: number): void {
    this.#writtenBytes += bytes.length;
    for (const one of this.#written.read(bytes)) this.#wroteFrame(one, bufferedBefore);
  }

  #wroteFrame({ opcode, payload, bytes }: ServerFrame, bufferedBefore: number): void {
    assert.equal(this.#closeCode, undefined, 'nothing follows a close');
    if (opcode === OPCODES.ping) {
      assert.equal(this.#ping, null, 'one ping at a time');
      assert.match(payload.toString(), /^\d{1,16}$/);
      this.pings += 1;
      this.#pingRound = this.#options.rounds();
      this.#ping = { payload: Buffer.from(payload), atBytes: this.sentBytes, atRound: this.#pingRound };
    } else if (opcode === OPCODES.close) this.#closing(payload.readUInt16BE(0));
    else {
      assert.equal(opcode, OPCODES.text);
      const isBlocked = this.#isBlockedWith(bufferedBefore);
      this.sentBytes += bytes;
      this.#received(payload.toString(), isBlocked);
      this.#lastSentMs = this.#options.now();
    }
  }

  #closing(code: number): void {
    this.#closeCode = code;
    if (this.#closedByUs) return assert.equal(code, 1000);
    if (code === 4200) {
      assert(this.inFlightBytes > 0, '4200 is for those who have something to read');
      return assert.equal(this.#silentRounds, MAX_STUCK_ROUNDS, '4200 after 30 s');
    }
    assert.deepEqual(
      { code, type: this.isV1 ? this.#farewell : undefined },
      { code: this.#fate?.code, type: this.isV1 ? this.#fate?.type : undefined },
    );
  }

  #ended(): void {
    this.isOver = true;
    if (this.#closedByUs || this.#closeCode !== undefined) return;
    assert(this.inFlightBytes === 0, 'cut without 4200');
    assert(this.#silentRounds >= PING_ROUNDS.least, `cut ${this.#silentRounds} s after a ping`);
  }

  #received(text: string, isBlocked: boolean): void {
    if (text === 'pong') {
      assert.equal(this.#questions.shift()?.kind, 'pong');
      return;
    }
    if (!this.isV1) return this.#receivedPlain(JSON.parse(text) as Record<string, unknown>, isBlocked);
    const members = decodeServerFrame(text);
    const isOfSamples = members.some(({ type }) => ['metrics', 'gap', 'table', 'host'].includes(type));
    assert(!(isOfSamples && isBlocked), 'nothing is sent to a viewer that does not read');
    const bySub = new Map<string, (Gap | Metrics | Table)[]>();
    for (const member of members) {
      if (member.type === 'metrics' || member.type === 'gap' || member.type === 'table') {
        const known = bySub.get(member.sub);
        if (known === undefined) bySub.set(member.sub, [member]);
        else known.push(member);
      } else this.#message(member);
    }
    for (const [sub, ofSub] of bySub) {
      const subscription = this.#subscriptions.get(sub);
      assert(subscription !== undefined, 'samples of a subscription that is there');
      subscription.receive(ofSub);
    }
  }

  #message(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
      case 'host':
        this.told = message.catalogue.map(({ name }) => name);
        return;
      case 'subscribed': {
        if (message.id === undefined) {
          const known = this.#subscriptions.get(message.sub);
          assert(known !== undefined, 'an announcement of a subscription that is there');
          known.announced(message);
          return;
        }
        const question = this.#questions.shift();
        assert(question?.kind === 'subscribe' && question.id === message.id, 'the answer to subscribe');
        this.#retire(message.sub);
        const { request, start } = question;
        const begun = new ModelledSubscription(this.#options.host, request, start, message);
        this.#subscriptions.set(message.sub, begun);
        return;
      }
      case 'unsubscribed': {
        const { id, sub } = message;
        assert.deepEqual(this.#questions.shift(), { kind: 'unsubscribe', id, sub });
        this.#retire(sub);
        return;
      }
      case 'auth_success':
        assert.equal(this.#questions.shift()?.kind, 'auth');
        return;
      case 'heartbeat': {
        const silentMs = this.#options.now() - this.#lastSentMs;
        assert(silentMs >= HEARTBEAT_MS, `a heartbeat after ${silentMs} ms`);
        return;
      }
      case 'error':
        if (message.id === undefined) this.#farewell = message.type;
        else {
          assert.equal(message.code, 'history_off');
          assert(this.#pastIds.delete(message.id), 'an answer to a question');
        }
        return;
      case 'goodbye':
        this.#farewell = message.type;
        return;
      case 'auth_expiring':
        return;
      default:
        assert.fail(`unexpected ${message.type}`);
    }
  }

  #retire(sub: string): void {
    this.#skippedBefore += this.#subscriptions.get(sub)?.skipped ?? 0;
    this.#subscriptions.delete(sub);
  }

  #receivedPlain(message: Record<string, unknown>, isBlocked: boolean): void {
    if (message['type'] === 'auth_success') {
      assert.equal(this.#questions.shift()?.kind, 'auth');
      return;
    }
    assert.equal(message['type'], 'metrics');
    assert(!isBlocked, 'nothing is sent to a viewer that does not read');
    const [question] = this.#questions;
    // The first frame is the answer.
    if (question?.kind === 'plain') {
      this.#questions.shift();
      this.#skippedBefore += this.#plain?.skipped ?? 0;
      this.#plain = new ModelledPlain(this.#options.host, question.metrics);
    }
    assert(this.#plain !== null);
    this.#plain.receive(message['metrics'] as Record<string, number | null>);
  }

  #readBytes(bytes: Buffer): void {
    for (const { opcode, payload } of this.#read.read(bytes)) {
      if (opcode === OPCODES.ping) {
        if (this.#answersPings) this.#answer(Buffer.from(payload));
        else this.#unanswered.push(Buffer.from(payload));
      } else if (opcode === OPCODES.close) {
        if (!this.#closedByUs) this.link.send(frame(OPCODES.close, payload));
        this.link.end();
      }
    }
  }

  #answer(payload: Buffer): void {
    if (this.#ping?.payload.equals(payload) === true) {
      this.#ackedBytes = this.#ping.atBytes;
      this.#ping = null;
      this.#pingRound = this.#options.rounds();
    }
    this.link.send(frame(OPCODES.pong, payload));
  }
}
