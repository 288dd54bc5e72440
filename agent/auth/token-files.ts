import { randomBytes } from 'node:crypto';
import { StateError } from './state-error.ts';
import type { StateFolder } from './state-folder.ts';
import { parseRecord, parseRecordList, type TokenRecord } from './token-record.ts';

export const KEY = 'signing-key';
/** 256 bits, as many as HS256 can use (RFC 7518, section 3.2). */
export const KEY_BYTES = 32;
/** Where earlier versions kept all of their tokens. It is read, and never written: who rewrites a list can undo what another took out of it. */
const OLDER = 'tokens.json';
const FILE = /^token-([\w-]{1,64})\.(json|revoked)$/;
/** The time that file systems note of a change is that of a tick of their clock: of FAT's at most. Two changes may have the same. */
const COARSEST_TICK_MS = 2000;

const BEGIN_ANEW = `put it back, or remove it together with token-*.json and ${OLDER}, start the agent again, and make new tokens`;

/** What the state folder says of tokens at one time; an error stands where it cannot be known. */
export interface TokenFiles {
  /** What tokens are signed with; `null` before there is any. */
  readonly key: Buffer | null | StateError;
  /** By id, tokens that were made; some may have been revoked. */
  readonly records: ReadonlyMap<string, TokenRecord | StateError>;
  /** Ids. */
  readonly revoked: ReadonlySet<string>;
  /** By id, tokens that an earlier version made and did not revoke; `null` where none ever did. */
  readonly older: ReadonlyMap<string, TokenRecord> | null | StateError;
  readonly troubles: readonly StateError[];
}

export const NO_FILES: TokenFiles = {
  key: null,
  records: new Map(),
  revoked: new Set(),
  older: null,
  troubles: [],
};

/** By its length an id tells that its token was given a file: those in the list of earlier versions have 16 digits. */
const ID_BYTES = 10;
const OF_OWN_FILE = /^[\da-f]{20}$/;

/** For a token that is made now. Not base64url: an id that begins with - would be taken for an option by `token revoke`. */
export function newId(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

/** Whether the token with that id was given a file of its own, so that no list tells of it. */
export function hasOwnFile(id: string): boolean {
  return OF_OWN_FILE.test(id);
}

/** The file of a token, and what it is called from when the token is revoked; `null` for an id that no token has. */
export function filesOf(id: string): { readonly record: string; readonly revoked: string } | null {
  const files = { record: `token-${id}.json`, revoked: `token-${id}.revoked` };
  return FILE.test(files.record) ? files : null;
}

/** Reads the files of a folder again when they may have changed. */
export class TokenFilesReader {
  readonly #folder: StateFolder;
  #files = NO_FILES;
  /** Of what was read last. */
  #fingerprint = '';
  #version = '';
  /** Monotonic: when the version was seen for the first time, and when the files were read last. */
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #hadKey = false;

  constructor(folder: StateFolder) {
    this.#folder = folder;
  }

  /** The same object as before while they are the same. @throws StateError when the folder cannot be read */
  async read(): Promise<TokenFiles> {
    const versions: string[] = [];
    // One after the other: of a disk that does not answer, no more than one thread waits.
    for (const name of ['', KEY, OLDER]) versions.push(await this.#folder.version(name).catch(messageOf));
    const version = versions.join('; ');
    const nowMs = performance.now();
    if (version !== this.#version) this.#seenAtMs = nowMs;
    this.#version = version;
    const isSettled = this.#readAtMs - this.#seenAtMs > COARSEST_TICK_MS;
    if (!isSettled || this.#files.troubles.length > 0) await this.#readAll();
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
    const older = await this.#readOlder();
    // Last: whoever made one of the tokens above had it by then.
    const key = await this.#readKey(records.size > 0 || (older !== null && !isEmpty(older)));
    this.#hadKey ||= Buffer.isBuffer(key);
    const troubles = [key, older, ...records.values()].filter((part) => part instanceof StateError);
    const fingerprint = JSON.stringify([
      Buffer.isBuffer(key) ? key.toString('base64') : null,
      [...records.keys()],
      [...revoked],
      older instanceof Map ? [...older.keys()] : null,
      troubles.map(messageOf),
    ]);
    if (fingerprint !== this.#fingerprint) this.#files = { key, records, revoked, older, troubles };
    this.#fingerprint = fingerprint;
  }

  /** `null` when the token has been revoked a moment ago. What was read once is not read again: a file that has its name is never changed. */
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

  async #readOlder(): Promise<TokenFiles['older']> {
    try {
      const text = await this.#folder.read(OLDER);
      if (text === null) return null;
      const records = parseRecordList(text);
      if (records === null)
        return this.#damaged(OLDER, 'put it back, or replace it by {"tokens":[]} and make new tokens');
      return new Map(records.map((record) => [record.id, record]));
    } catch (error) {
      return asStateError(error);
    }
  }

  /** @param isNeeded whether there are tokens, which were signed with it */
  async #readKey(isNeeded: boolean): Promise<TokenFiles['key']> {
    try {
      const text = await this.#folder.read(KEY);
      if (text === null) {
        const what = `${KEY} in ${this.#folder.path} is missing, and tokens were signed with it`;
        return isNeeded || this.#hadKey ? new StateError('ENOENT', `${what}: ${BEGIN_ANEW}.`) : null;
      }
      const key = Buffer.from(text.trim(), 'base64url');
      return key.length === KEY_BYTES ? key : this.#damaged(KEY, BEGIN_ANEW);
    } catch (error) {
      return asStateError(error);
    }
  }

  #damaged(name: string, fix: string): StateError {
    return new StateError('EINVAL', `${name} in ${this.#folder.path} is damaged: ${fix}.`);
  }
}

function isEmpty(older: NonNullable<TokenFiles['older']>): boolean {
  return older instanceof Map && older.size === 0;
}

function asStateError(error: unknown): StateError {
  if (error instanceof StateError) return error;
  throw error;
}

function messageOf(error: unknown): string {
  return asStateError(error).message;
}
