import { randomBytes } from 'node:crypto';
import { StateError } from './state-error.ts';
import type { StateFolder } from './state-folder.ts';
import { parseRecord, parseRecordList, type TokenRecord } from './token-record.ts';

export const KEY = 'signing-key';
/** 256 bits, as many as HS256 can use (RFC 7518, section 3.2). */
export const KEY_BYTES = 32;
/** The list in which earlier versions kept all tokens. Never written: rewriting a list could undo another process's revocation. */
const LEGACY_LIST = 'tokens.json';
const FILE = /^token-([\w-]{1,64})\.(json|revoked)$/;
/** Resolution of the coarsest file timestamps (FAT): two changes within it look the same. */
const TIMESTAMP_RESOLUTION_MS = 2000;

const START_OVER = `put it back, or remove it together with token-*.json and ${LEGACY_LIST}, start the agent again, and make new tokens`;

/** The tokens in the state folder at one time, with an error for each part that cannot be read. */
export interface TokenFiles {
  /** The signing key; `null` before the first token. */
  readonly key: Buffer | null | StateError;
  /** By id; may include revoked tokens. */
  readonly records: ReadonlyMap<string, TokenRecord | StateError>;
  /** Ids. */
  readonly revoked: ReadonlySet<string>;
  /** By id, from the list of an earlier version; `null` if there is no list. */
  readonly legacy: ReadonlyMap<string, TokenRecord> | null | StateError;
  readonly problems: readonly StateError[];
}

export const NO_FILES: TokenFiles = {
  key: null,
  records: new Map(),
  revoked: new Set(),
  legacy: null,
  problems: [],
};

/** Ids of 20 digits have a file of their own; those in the list of earlier versions have 16. */
const ID_BYTES = 10;
const OWN_FILE_ID = /^[\da-f]{20}$/;

/** Hexadecimal, because `token revoke` would take an id that starts with `-` (base64url) for an option. */
export function newId(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

/** Whether the token has a file of its own, so that the legacy list does not count. */
export function hasOwnFile(id: string): boolean {
  return OWN_FILE_ID.test(id);
}

/** The file names of a token's record before and after it is revoked; `null` for a malformed id. */
export function filesOf(id: string): { readonly record: string; readonly revoked: string } | null {
  const files = { record: `token-${id}.json`, revoked: `token-${id}.revoked` };
  return FILE.test(files.record) ? files : null;
}

/** Reads the token files, again only if they may have changed. */
export class TokenFilesReader {
  readonly #folder: StateFolder;
  #files = NO_FILES;
  /** Of the last result. */
  #fingerprint = '';
  #version = '';
  /** When the current version was first seen, and when the files were last read; monotonic. */
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #hadKey = false;

  constructor(folder: StateFolder) {
    this.#folder = folder;
  }

  /** Returns the same object while nothing has changed. @throws StateError if the folder cannot be read */
  async read(): Promise<TokenFiles> {
    const versions: string[] = [];
    // One after the other, so that a hung disk blocks only one thread of the pool.
    for (const name of ['', KEY, LEGACY_LIST])
      versions.push(await this.#folder.version(name).catch(messageOf));
    const version = versions.join('; ');
    const nowMs = performance.now();
    if (version !== this.#version) this.#seenAtMs = nowMs;
    this.#version = version;
    const isSettled = this.#readAtMs - this.#seenAtMs > TIMESTAMP_RESOLUTION_MS;
    if (!isSettled || this.#files.problems.length > 0) await this.#readAll();
    this.#readAtMs = nowMs;
    return this.#files;
  }

  async #readAll(): Promise<void> {
    const names = await this.#folder.list();
    const records = new Map<string, TokenRecord | StateError>();
    const revoked = new Set<string>();
    for (const name of names.toSorted()) {
      const [, id = '', kind] = FILE.exec(name) ?? [];
      if (kind === 'revoked') revoked.add(id);
      if (kind !== 'json') continue;
      const record = await this.#recordOf(id, name);
      if (record === null) revoked.add(id);
      else records.set(id, record);
    }
    const legacy = await this.#readLegacy();
    // Last: every record read above was signed with a key that existed before it.
    const key = await this.#readKey(records.size > 0 || (legacy !== null && !isEmpty(legacy)));
    this.#hadKey ||= Buffer.isBuffer(key);
    const problems = [key, legacy, ...records.values()].filter((part) => part instanceof StateError);
    const fingerprint = JSON.stringify([
      Buffer.isBuffer(key) ? key.toString('base64') : null,
      [...records.keys()],
      [...revoked],
      legacy instanceof Map ? [...legacy.keys()] : null,
      problems.map(messageOf),
    ]);
    if (fingerprint !== this.#fingerprint) this.#files = { key, records, revoked, legacy, problems };
    this.#fingerprint = fingerprint;
  }

  /** `null` if the token was revoked just now. Known records are not read again: token files never change. */
  async #recordOf(id: string, name: string): Promise<TokenRecord | StateError | null> {
    const known = this.#files.records.get(id);
    if (known !== undefined && !(known instanceof StateError)) return known;
    try {
      const text = await this.#folder.read(name);
      if (text === null && (await this.#folder.read(filesOf(id)?.revoked ?? '')) !== null) return null;
      return parseRecord(text ?? '') ?? this.#damaged(name, 'put it back, or revoke the token');
    } catch (error) {
      return asStateError(error);
    }
  }

  async #readLegacy(): Promise<TokenFiles['legacy']> {
    try {
      const text = await this.#folder.read(LEGACY_LIST);
      if (text === null) return null;
      const records = parseRecordList(text);
      if (records === null)
        return this.#damaged(LEGACY_LIST, 'put it back, or replace it by {"tokens":[]} and make new tokens');
      return new Map(records.map((record) => [record.id, record]));
    } catch (error) {
      return asStateError(error);
    }
  }

  /** @param isNeeded whether there are tokens that were signed with it */
  async #readKey(isNeeded: boolean): Promise<TokenFiles['key']> {
    try {
      const text = await this.#folder.read(KEY);
      if (text === null) {
        const what = `${KEY} in ${this.#folder.path} is missing, and tokens were signed with it`;
        return isNeeded || this.#hadKey ? new StateError('ENOENT', `${what}: ${START_OVER}.`) : null;
      }
      const key = Buffer.from(text.trim(), 'base64url');
      return key.length === KEY_BYTES ? key : this.#damaged(KEY, START_OVER);
    } catch (error) {
      return asStateError(error);
    }
  }

  #damaged(name: string, fix: string): StateError {
    return new StateError('EINVAL', `${name} in ${this.#folder.path} is damaged: ${fix}.`);
  }
}

function isEmpty(legacy: NonNullable<TokenFiles['legacy']>): boolean {
  return legacy instanceof Map && legacy.size === 0;
}

function asStateError(error: unknown): StateError {
  if (error instanceof StateError) return error;
  throw error;
}

function messageOf(error: unknown): string {
  return asStateError(error).message;
}
