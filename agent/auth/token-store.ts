import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { StateError, type StateFolder } from './state-folder.ts';

const TOKENS = 'tokens.json';
const KEY = 'signing-key';
/** 256 bits, as many as HS256 can use (RFC 7518, section 3.2). */
const KEY_BYTES = 32;
/** How often the file is looked at: who came by a token that was revoked is gone within a second. */
const LOOK_EVERY_MS = 250;

const recordSchema = v.object({
  id: v.string(),
  /** What the operator calls it. */
  label: v.string(),
  metrics: v.array(v.string()),
  tables: v.array(v.string()),
  hosts: v.array(v.string()),
  /** Origins of the pages that may show it; empty for any, and for programs. */
  origins: v.array(v.string()),
  /** Unix ms. */
  createdAtMs: v.number(),
  /** Unix ms; `null` for never. */
  expiresAtMs: v.nullable(v.number()),
});
const fileSchema = v.object({ tokens: v.array(recordSchema) });

/** What is known of a token that was made: everything but itself. */
export type TokenRecord = v.InferOutput<typeof recordSchema>;

/**
 * The tokens that are good, as far as they have been made and not revoked, in a file: another process may change it at any time. A token that is
 * not in it is revoked.
 */
export class TokenStore {
  readonly #folder: StateFolder;
  /** Of the records below; `null` before they are read. */
  #version: string | null = null;
  /** Of the file when the listener was told last. */
  #toldVersion: string | null = null;
  #records: ReadonlyMap<string, TokenRecord> = new Map();
  /** There was a token that somebody may have come by. It stays, for the last of them may have gone a moment ago. */
  #hasHeld = false;
  /** Who is told of changes; `null` for nobody. */
  #changed: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(folder: StateFolder) {
    this.#folder = folder;
  }

  /** @throws StateError when the file is there and cannot be read */
  list(): readonly TokenRecord[] {
    return [...this.#current().values()].filter(isStillGood);
  }

  /** A file that cannot be read holds no token: in doubt nobody is let in. */
  has(id: string): boolean {
    return this.#currentOrNone().has(id);
  }

  /** Whether there is a token for pages of that origin. */
  isForOrigin(origin: string): boolean {
    return [...this.#currentOrNone().values()].some(
      (record) => record.origins.includes(origin) && isStillGood(record),
    );
  }

  /** Those that have expired are dropped. @throws StateError */
  add(record: TokenRecord): void {
    this.#change((all) => [...all, record]);
  }

  /** Returns whether there was one. @throws StateError */
  remove(id: string): boolean {
    if (!this.list().some((record) => record.id === id)) return false;
    this.#change((all) => all.filter((record) => record.id !== id));
    return true;
  }

  /** The key that tokens are signed with; `null` before there is any. @throws StateError */
  key(): Buffer | null {
    const text = this.#folder.read(KEY);
    if (text === null) return null;
    const key = Buffer.from(text.trim(), 'base64url');
    if (key.length === KEY_BYTES) return key;
    throw damaged(KEY, this.#folder);
  }

  /** The same, made if need be. @throws StateError */
  keyForSigning(): Buffer {
    return this.#folder.whileLocked(KEY, () => {
      const known = this.key();
      if (known !== null) return known;
      const key = randomBytes(KEY_BYTES);
      this.#folder.write(KEY, `${key.toString('base64url')}\n`);
      return key;
    });
  }

  /** Calls back when the tokens may have changed, by whatever process. Returns the undo. */
  onChange(changed: () => void): () => void {
    this.#changed = changed;
    this.#toldVersion = this.#folder.version(TOKENS);
    this.#watch();
    return () => {
      this.#changed = null;
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  /** Of a token that was never read, nobody has come by it: an agent without tokens does not wake for them. */
  #watch(): void {
    if (!this.#hasHeld || this.#changed === null) return;
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Not every file system tells of changes, and not every host has a watch to spare. */
  #look(): void {
    const version = this.#folder.version(TOKENS);
    if (version === this.#toldVersion) return;
    this.#toldVersion = version;
    this.#changed?.();
  }

  #currentOrNone(): ReadonlyMap<string, TokenRecord> {
    try {
      return this.#current();
    } catch (error) {
      if (error instanceof StateError) return new Map();
      throw error;
    }
  }

  #current(): ReadonlyMap<string, TokenRecord> {
    const version = this.#folder.version(TOKENS);
    if (version === this.#version) return this.#records;
    const text = this.#folder.read(TOKENS);
    const records = text === null ? [] : this.#parse(text);
    this.#records = new Map(records.map((record) => [record.id, record]));
    this.#version = version;
    this.#hasHeld ||= records.length > 0;
    this.#watch();
    return this.#records;
  }

  #parse(text: string): readonly TokenRecord[] {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const result = v.safeParse(fileSchema, value);
    if (result.success) return result.output.tokens;
    throw damaged(TOKENS, this.#folder);
  }

  #change(change: (all: readonly TokenRecord[]) => readonly TokenRecord[]): void {
    this.#folder.whileLocked(TOKENS, () => {
      this.#version = null;
      const tokens = change(this.list());
      this.#folder.write(TOKENS, `${JSON.stringify({ tokens }, undefined, 2)}\n`);
      this.#version = null;
    });
    this.#changed?.();
  }
}

function isStillGood({ expiresAtMs }: TokenRecord): boolean {
  return expiresAtMs === null || expiresAtMs > Date.now();
}

function damaged(name: string, { path }: StateFolder): StateError {
  return new StateError(
    'EINVAL',
    `${name} in ${path} is damaged, and no token is good: remove it, and make new ones.`,
  );
}
