/** Limits unhandled messages: four of the greatest length. */
const MAX_CHARACTERS = 64 * 1024;

/** One message, or one member of a batch. */
export type Received =
  | { readonly isMember: false; readonly text: string }
  | { readonly isMember: true; readonly value: unknown };

/** A client's unhandled messages, in order. */
export class Inbox {
  readonly #texts: string[] = [];
  #characters = 0;
  /** Unhandled members of the current batch, the next one last. */
  #members: unknown[] = [];

  get isEmpty(): boolean {
    return this.#texts.length === 0 && this.#members.length === 0;
  }

  /** Returns whether the message fits. */
  add(text: string): boolean {
    if (this.#texts.length > 0 && this.#characters + text.length > MAX_CHARACTERS) return false;
    this.#texts.push(text);
    this.#characters += text.length;
    return true;
  }

  /** Unpacks a batch: its members come before the other messages. */
  open(members: readonly unknown[]): void {
    this.#members = members.toReversed();
  }

  take(): Received | undefined {
    if (this.#members.length > 0) return { isMember: true, value: this.#members.pop() };
    const text = this.#texts.shift();
    if (text === undefined) return undefined;
    this.#characters -= text.length;
    return { isMember: false, text };
  }

  clear(): void {
    this.#texts.length = 0;
    this.#members = [];
    this.#characters = 0;
  }
}
