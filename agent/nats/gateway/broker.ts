/** What a gateway does with a broker, apart from how that is reached: tests script one. */
export interface Broker {
  /** Changes are told to `onLink`. */
  readonly isConnected: boolean;
  onLink(listener: () => void): () => void;
  /** Listens as long as it is not undone, also after the broker was away. */
  listen(subject: string, heard: (message: BrokerMessage) => void): () => void;
  /**
   * Asks somebody who may answer with several messages.
   * @param answered returns whether that was the last; called before the promise settles
   */
  ask(
    subject: string,
    question: object,
    answered: (data: Uint8Array) => boolean,
    patience: Patience,
  ): Promise<AskEnd>;
  /**
   * The messages of a stream that are kept for a subject, which may have wildcards, from a sequence number on; ends where the stream ends, and at once
   * if there is no such stream. @throws Error if the broker does not answer
   */
  kept(stream: string, subject: string, fromSeq: number): AsyncIterable<KeptMessage>;
  /** The first of them; `null` if there is none. @throws Error if the broker does not answer */
  firstKept(stream: string, subject: string, fromSeq: number): Promise<KeptMessage | null>;
  /** The last one kept for a subject; `null` if there is none. @throws Error if the broker does not answer */
  lastKept(stream: string, subject: string): Promise<KeptMessage | null>;
}

export interface BrokerMessage {
  readonly subject: string;
  readonly data: Uint8Array;
}

export interface KeptMessage extends BrokerMessage {
  /** In its stream. */
  readonly seq: number;
}

/** How long to wait for the first answer, and for each after it. */
export interface Patience {
  readonly firstMs: number;
  readonly nextMs: number;
}

/** `absent`: nobody is there to answer. `silent`: no answer came in time, or no last one. */
export type AskEnd = 'answered' | 'absent' | 'silent';
