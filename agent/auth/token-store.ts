import { randomBytes } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import * as v from 'valibot';
import { StateError, type StateFolder } from './state-folder.ts';

const TOKENS = 'tokens.json';
const KEY = 'signing-key';
/** 256 bits, as many as HS256 can use (RFC 7518, section 3.2). */
const KEY_BYTES = 32;

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
  #version = '';
  #records: ReadonlyMap<string, TokenRecord> = new Map();
  #changed: () => void = () => {};
  #watcher: FSWatcher | null = null;

  constructor(folder: StateFolder) {
    this.#folder = folder;
  }

  /** @throws StateError when the file is there and cannot be read */
  list(): readonly TokenRecord[] {
    return [...this.#current().values()];
  }

  /** A file that cannot be read holds no token: in doubt nobody is let in. */
  has(id: string): boolean {
    return this.#currentOrNone().has(id);
  }

  /** Whether there is a token for pages of that origin. */
  isForOrigin(origin: string): boolean {
    return [...this.#currentOrNone().values()].some(({ origins }) => origins.includes(origin));
  }

  /** Those that have expired are dropped. @throws StateError */
  add(record: TokenRecord): void {
    const kept = this.list().filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > Date.now());
    this.#write([...kept, record]);
  }

  /** Returns whether there was one. @throws StateError */
  remove(id: string): boolean {
    const all = this.list();
    const kept = all.filter((record) => record.id !== id);
    if (kept.length === all.length) return false;
    this.#write(kept);
    return true;
  }

  /** The key that tokens are signed with; `null` before there is any. @throws StateError */
  key(): Buffer | null {
    const text = this.#folder.read(KEY);
    return text === null ? null : Buffer.from(text.trim(), 'base64url');
  }

  /** The same, made if need be. @throws StateError */
  keyForSigning(): Buffer {
    const known = this.key();
    if (known !== null) return known;
    const key = randomBytes(KEY_BYTES);
    this.#folder.write(KEY, `${key.toString('base64url')}\n`);
    return key;
  }

  /** Calls back when the tokens may have changed, by whatever process. Returns the undo. */
  onChange(changed: () => void): () => void {
    this.#changed = changed;
    this.#watch();
    return () => {
      this.#changed = () => {};
      this.#unwatch();
    };
  }

  #watch(): void {
    if (this.#watcher !== null) return;
    try {
      this.#watcher = watch(this.#folder.path, { persistent: false }, (_event, name) => {
        if (name === TOKENS) this.#changed();
      });
      // Somebody has removed the folder, and with it every token.
      this.#watcher.on('error', () => {
        this.#unwatch();
        this.#changed();
      });
    } catch {
      // There is no folder yet, and no token: looked for again when there are some.
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
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
    if (records.length > 0) this.#watch();
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
    throw new StateError(
      'EINVAL',
      `${TOKENS} in ${this.#folder.path} is damaged, and no token is good: remove it, and make new ones.`,
    );
  }

  #write(tokens: readonly TokenRecord[]): void {
    this.#folder.write(TOKENS, `${JSON.stringify({ tokens }, undefined, 2)}\n`);
    this.#changed();
  }
}
