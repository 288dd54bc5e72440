import { MAX_BUFFERED_BYTES, TURN, type Meter, type Pipe, type Seat, type SeatHolder } from './connection.ts';

/** A viewer that can be in a cohort. */
export interface Viewer extends SeatHolder {
  readonly seat: Seat;
  /** Monotonic time of the last message before it took its seat. */
  readonly lastSentMs: number;
  /** When it has to be loose again, as `Clock.sinceBoot`. */
  readonly standsAtMs: number;
}

/** A ping is unanswered for so many rounds at most before a member leaves, and gets nothing but pings (FC-3). */
const MAX_SILENT_ROUNDS = 10;

/** The members of a cohort that have their turn together: then their pings ride on the frame, one buffer for each. Dense, so that the walk over thousands touches little memory. */
export class Squad {
  readonly #meter: Meter;
  readonly #viewers: Viewer[] = [];
  /** Of the viewers, in the same order. */
  readonly #pipes: Pipe[] = [];
  /** What the meter showed at the last turn. */
  #bytes: number;
  #rounds: number;

  /** @param elapsed share of its first turn that counts as over, so that squads have their turns one after the other */
  constructor(meter: Meter, elapsed: number) {
    this.#meter = meter;
    this.#bytes = meter.bytes - Math.floor(elapsed * TURN.bytes);
    this.#rounds = meter.rounds - Math.round(elapsed * TURN.rounds);
  }

  get size(): number {
    return this.#viewers.length;
  }

  get viewers(): readonly Viewer[] {
    return this.#viewers;
  }

  /** Rounds until its next turn, at most. */
  get roundsToTurn(): number {
    return TURN.rounds - (this.#meter.rounds - this.#rounds);
  }

  add(viewer: Viewer): void {
    viewer.seat.take(this.#meter, viewer);
    this.#viewers.push(viewer);
    this.#pipes.push(viewer.seat.pipe);
  }

  /** The last one takes the place of a viewer that leaves. */
  remove(viewer: Viewer): void {
    const at = this.#viewers.lastIndexOf(viewer);
    const last = this.#viewers.length - 1;
    const [lastViewer, lastPipe] = [this.#viewers[last], this.#pipes[last]];
    if (at >= 0 && lastViewer !== undefined && lastPipe !== undefined) {
      this.#viewers[at] = lastViewer;
      this.#pipes[at] = lastPipe;
      this.#viewers.pop();
      this.#pipes.pop();
    }
    viewer.seat.leave();
  }

  /** Returns those who have to be removed, in their order. */
  clear(): readonly Viewer[] {
    this.#pipes.length = 0;
    return this.#viewers.splice(0);
  }

  /**
   * Writes a frame, which the meter has counted already, to all. Adds those to `leaving` that must not be sent the next one.
   * @param roundsPerFrame how many rounds may pass before the next
   */
  write(frame: Uint8Array, roundsPerFrame: number, leaving: Viewer[]): void {
    const isTurn =
      this.#meter.bytes - this.#bytes + frame.length > TURN.bytes ||
      this.#meter.rounds - this.#rounds + roundsPerFrame > TURN.rounds;
    if (isTurn) this.#writeAndPing(frame, leaving);
    else this.#write(frame, leaving);
  }

  #write(frame: Uint8Array, leaving: Viewer[]): void {
    let at = 0;
    for (const pipe of this.#pipes) {
      pipe.write(frame);
      if (pipe.writableLength > MAX_BUFFERED_BYTES) this.#leaves(at, leaving);
      at += 1;
    }
  }

  #writeAndPing(frame: Uint8Array, leaving: Viewer[]): void {
    this.#bytes = this.#meter.bytes;
    this.#rounds = this.#meter.rounds;
    let at = 0;
    for (const { seat } of this.#viewers) {
      const wasAnswered = !seat.isWaiting;
      seat.pipe.write(wasAnswered ? Buffer.concat([frame, seat.ping()]) : frame);
      const hasRoom = seat.hasRoomForTurn && seat.pipe.writableLength <= MAX_BUFFERED_BYTES;
      if (!wasAnswered || !hasRoom) this.#leaves(at, leaving);
      at += 1;
    }
  }

  #leaves(at: number, leaving: Viewer[]): void {
    const viewer = this.#viewers[at];
    if (viewer !== undefined) leaving.push(viewer);
  }

  /** Called before a round: adds all to `leaving` if no frame came in time to ping them, else those whose ping will have been unanswered for too long. */
  findSilent(leaving: Viewer[]): void {
    const rounds = this.#meter.rounds - this.#rounds;
    if (rounds >= TURN.rounds) leaving.push(...this.#viewers);
    else if (rounds + 1 === MAX_SILENT_ROUNDS)
      leaving.push(...this.#viewers.filter(({ seat }) => seat.isWaiting));
  }
}
