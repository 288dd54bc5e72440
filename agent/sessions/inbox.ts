/** Of what a client has asked and what is not looked at yet: four messages of the greatest length. */
const MAX_CHARACTERS = 64 * 1024;

/** One message, as it came or as a member of a batch. */
export type Received =
  | { readonly isMember: false; readonly text: string }
  | { readonly isMember: true; readonly value: unknown };

/** What a client has sent and what waits to be handled, in its order. */
export class Inbox {
  readonly #texts: string[] = [];
  #characters = 0;
  /** Of the batch that was opened, the next one last. */
  #members: unknown[] = [];

  get isEmpty(): boolean {
    return this.#texts.length === 0 && this.#members.length === 0;
  }

  /** Returns whether there was room for it. */
  add(text: string): boolean {
    if (this.#texts.length > 0 && this.#characters + text.length > MAX_CHARACTERS) return false;
    this.#texts.push(text);
    this.#characters += text.length;
    return true;
  }

  /** The members of the batch that was taken come next. */
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
