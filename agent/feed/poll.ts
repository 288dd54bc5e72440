import { encode, encodePollAnswer } from '../../shared/codec.ts';
import type { Goodbye } from '../../shared/messages.ts';
import { orRefused, type Admission } from './admission.ts';
import { encodeCursor } from './cursor.ts';
import { SubscriptionSet } from './subscription-set.ts';
import type { View } from './view.ts';

/** What is left when an answer is this long comes with the next poll. */
const MAX_ANSWER_CHARACTERS = 256 * 1024;

/** One poll (TR-3): subscriptions that live until there is something to answer with. */
export class Poll {
  readonly #subscriptions: SubscriptionSet;
  readonly #members: string[] = [];
  readonly #answered: (text: string) => void;
  #characters = 0;
  #known: Admission['known'] = new Map();

  /** @param answered called exactly once, perhaps before `begin` returns */
  constructor(view: View, answered: (text: string) => void) {
    this.#answered = answered;
    this.#subscriptions = new SubscriptionSet(
      view,
      {
        canSend: () => this.#characters < MAX_ANSWER_CHARACTERS,
        send: ({ text, members }) => {
          this.#characters += text.length;
          this.#members.push(...members);
        },
      },
      (answer, { fingerprint }) => {
        const entry = this.#known.get(answer.sub);
        // After a restart the position stays the old one until there is a sample; that was said once.
        const goesOn = answer.recovered || entry?.since.epoch !== answer.epoch;
        if (entry?.fingerprint !== fingerprint || !goesOn) this.#members.push(encode(answer));
      },
    );
  }

  /** @param greeting of a client that is not known yet @throws Refusal */
  begin({ subscriptions, known }: Admission, greeting: string | null): void {
    if (greeting !== null) this.#members.push(greeting);
    this.#known = known;
    for (const request of subscriptions) {
      orRefused(() => this.#subscriptions.subscribe(request), request.id);
    }
    if (this.#members.length > 0) this.finish();
  }

  /** A sample is there: answers if it is one of those asked for. */
  wake(): void {
    this.#subscriptions.advance();
    if (this.#members.length > 0) this.finish();
  }

  dismiss(goodbye: Goodbye): void {
    this.#members.push(encode(goodbye));
    this.finish();
  }

  /** Was refused: lets go of what it had begun to follow. */
  abandon(): void {
    this.#subscriptions.clear();
  }

  /** Answers with what there is. */
  finish(): void {
    const cursor = encodeCursor(this.#subscriptions.positions());
    this.#subscriptions.clear();
    this.#answered(encodePollAnswer(this.#members, cursor));
  }
}
