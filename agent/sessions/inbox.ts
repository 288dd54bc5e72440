/** Limits unhandled messages, in characters of text and bytes of MessagePack: four of the greatest length. */
const MAX_LENGTH = 64 * 1024;

/** One message, or one member of a batch. */
export type Received =
  | { readonly isMember: false; readonly message: string | Uint8Array }
  | { readonly isMember: true; readonly value: unknown };

/** A client's unhandled messages, in order. */
export class Inbox {
  readonly #messages: (string | Uint8Array)[] = [];
  #length = 0;
  /** Unhandled members of the current batch, the next one last. */
  #members: unknown[] = [];

  get isEmpty(): boolean {
    return this.#messages.length === 0 && this.#members.length === 0;
  }

  /** Returns whether the message fits. */
  add(message: string | Uint8Array): boolean {
    if (this.#messages.length > 0 && this.#length + message.length > MAX_LENGTH) return false;
    this.#messages.push(message);
    this.#length += message.length;
    return true;
  }

  /** Unpacks a batch: its members come before the other messages. */
  open(members: readonly unknown[]): void {
    this.#members = members.toReversed();
  }

  take(): Received | undefined {
    if (this.#members.length > 0) return { isMember: true, value: this.#members.pop() };
    const message = this.#messages.shift();
    if (message === undefined) return undefined;
    this.#length -= message.length;
    return { isMember: false, message };
  }

  clear(): void {
    this.#messages.length = 0;
    this.#members = [];
    this.#length = 0;
  }
}
