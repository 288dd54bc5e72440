import { encode } from '../../shared/protocol/codec.ts';
import type { Cancelled, History, HistoryRequest, RequestId } from '../../shared/protocol/messages.ts';
import { Frame } from './frame.ts';
import { answerHistory, type HistoryAnswer } from './history-answer.ts';
import { historyMessages } from './history-messages.ts';
import { RequestError } from './request-error.ts';
import type { ScopeView } from './scope-view.ts';

/** More would only take turns with these. */
const MAX_ANSWERS = 4;

/** Most clients never ask: they share it. */
const NONE: readonly Running[] = [];

interface Running {
  readonly request: HistoryRequest;
  /** `null` while it is being resolved, and the client has got nothing. */
  answer: HistoryAnswer | null;
  readonly steps: Generator<History | undefined, void>;
}

/** One client's answers from the past, which take turns. Each is a cursor into the history: nothing of it waits in memory while the client does not read. */
export class HistoryAnswers {
  #view: ScopeView;
  /** The one whose turn is next first. */
  #running: readonly Running[] = NONE;

  constructor(view: ScopeView) {
    this.#view = view;
  }

  /** Whether `next` has something to do. */
  get hasTurns(): boolean {
    return this.#running.length > 0;
  }

  /** Begins an answer; what is wrong with the rest of the request is the result of `next`. @throws RequestError `id_in_use`, `too_many_answers` */
  begin(request: HistoryRequest): void {
    if (this.#running.some(({ request: { id } }) => id === request.id)) {
      throw new RequestError(
        'id_in_use',
        'A history request with this id is not answered yet: give each its own',
      );
    }
    if (this.#running.length >= MAX_ANSWERS) {
      throw new RequestError(
        'too_many_answers',
        `${MAX_ANSWERS} history requests are not answered yet: wait for one, or cancel it`,
      );
    }
    this.#running = [...this.#running, this.#start(request)];
  }

  /** Ends the answer of that id, if it has not ended yet. */
  cancel(id: RequestId): Cancelled {
    this.#endThose(({ request }) => request.id === id);
    return { type: 'cancelled', id };
  }

  /** Does a step of the next answer. Returns a message of it if it has one. Call only while the client reads. */
  next(): Frame | undefined {
    const [running, ...others] = this.#running;
    if (running === undefined) return undefined;
    this.#running = others;
    try {
      const { value, done } = running.steps.next();
      if (done === true) return undefined;
      this.#running = [...this.#running, running];
      return value && Frame.of(value);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { message, code, retryMs } = error;
      return Frame.of(encode({ type: 'error', error: message, code, id: running.request.id, retryMs }));
    }
  }

  /** Switches to another view, and ends the answers of which it does not show everything. Returns a message for each. */
  applyView(view: ScopeView): Cancelled[] {
    this.#view = view;
    if (this.#running.length === 0) return [];
    this.#running = this.#running.map((running) =>
      running.answer === null ? this.#start(running.request) : running,
    );
    return this.endHidden();
  }

  /** Ends the answers of hosts, metrics or tables that the view does not show any more. Returns a message for each. */
  endHidden(): Cancelled[] {
    const ended = this.#endThose(({ answer }) => answer !== null && !isShown(answer, this.#view));
    return ended.map(({ request: { id } }) => ({ type: 'cancelled', id }));
  }

  clear(): void {
    this.#endThose(() => true);
  }

  #start(request: HistoryRequest): Running {
    const view = this.#view;
    const running: Running = { request, answer: null, steps: stepsOf() };
    function* stepsOf(): Running['steps'] {
      running.answer = yield* answerHistory(view, request);
      yield* historyMessages(running.answer, request.id);
    }
    return running;
  }

  #endThose(isEnding: (running: Running) => boolean): readonly Running[] {
    if (this.#running.length === 0) return NONE;
    const ended = this.#running.filter(isEnding);
    this.#running = this.#running.filter((running) => !ended.includes(running));
    for (const { steps } of ended) steps.return();
    return ended;
  }
}

function isShown({ host, series, tables }: HistoryAnswer, view: ScopeView): boolean {
  const shown = view.host(host.id);
  return (
    shown?.broadcast === host.broadcast &&
    series.every(({ name }) => shown.includes(name)) &&
    tables.every(({ name }) => shown.includesTable(name))
  );
}
