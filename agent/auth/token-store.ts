import { randomBytes } from 'node:crypto';
import { oneAtATime } from '../one-at-a-time.ts';
import { inTime } from './in-time.ts';
import { mend, StateError } from './state-error.ts';
import type { StateFolder } from './state-folder.ts';
import {
  filesOf,
  hasOwnFile,
  KEY,
  KEY_BYTES,
  NO_FILES,
  TokenFilesReader,
  type TokenFiles,
} from './token-files.ts';
import type { TokenRecord } from './token-record.ts';
import { TroubleLog, type TellTrouble } from './trouble-log.ts';

/** How often the files are looked at: who came by a token that was revoked is gone within a second. */
const LOOK_EVERY_MS = 250;
/** A disk that takes longer does not answer. */
const ANSWER_S = 5;
/** How long what was known last holds while nothing can be read: descriptors may have run out for a moment. */
const KNOWN_FOR_MS = 5000;

/** What a token that was signed here is worth; an error while nobody can know. */
export type Standing = 'good' | 'revoked' | StateError;

/**
 * The tokens that were made and not revoked, a file for each, which another process may make or revoke at any time. To revoke is to rename the file:
 * nothing is read, changed and written back, so that no writer can undo what another did. None is forgotten for being over: whether it is
 * is a matter of the clock, and clocks are set.
 */
export class TokenStore {
  readonly #folder: StateFolder;
  readonly #troubles: TroubleLog;
  readonly #readOnce: () => Promise<TokenFiles>;
  #files = NO_FILES;
  /** Why it cannot be read, and since when; monotonic. */
  #failure: { readonly error: StateError; readonly sinceMs: number } | null = null;
  /** There was a token that somebody may have come by. It stays, for the last of them may have gone a moment ago. */
  #hasHeld = false;
  /** Who is told of changes; `null` for nobody. */
  #changed: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  /** @param tell of what is wrong with the folder, and when that is over */
  constructor(folder: StateFolder, tell: TellTrouble = () => {}) {
    this.#folder = folder;
    this.#troubles = new TroubleLog(tell, `The tokens in ${folder.path} can be read again.`);
    const reader = new TokenFilesReader(folder);
    this.#readOnce = oneAtATime(() => reader.read());
  }

  /** Those that are good, in the order in which they were made. @throws StateError */
  async list(): Promise<readonly TokenRecord[]> {
    const { older } = await this.read();
    if (older instanceof StateError) throw older;
    return this.#known()
      .filter((record) => isStillGood(record))
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  }

  /** Keeps the record of a new token, for good. @throws StateError */
  async add(record: TokenRecord): Promise<void> {
    const name = filesOf(record.id)?.record;
    if (name === undefined) throw new RangeError(`no id of a token: ${record.id}`);
    const isNew = await this.#folder.create(name, `${JSON.stringify(record, undefined, 2)}\n`);
    if (!isNew) throw new StateError('EEXIST', `There is a token ${record.id} already: make another.`);
    await this.#readAgain();
  }

  /** Revokes a token, for good. Returns whether there was one. @throws StateError */
  async remove(id: string): Promise<boolean> {
    const files = filesOf(id);
    if (files === null) return false;
    const { older, revoked } = await this.read();
    if (revoked.has(id)) return false;
    const isDone =
      (await this.#folder.rename(files.record, files.revoked)) ||
      (isIn(older, id) && (await this.#folder.create(files.revoked, '')));
    await this.#readAgain();
    return isDone;
  }

  /** What tokens are signed with; made if need be. @throws StateError */
  async keyForSigning(): Promise<Buffer> {
    const known = await this.key();
    if (known !== null) return known;
    // Another process may be quicker.
    await this.#folder.create(KEY, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
    const made = await this.key();
    if (made === null) throw this.#lost(KEY, '');
    return made;
  }

  /** The same; `null` before there is any. @throws StateError */
  async key(): Promise<Buffer | null> {
    const { key } = await this.read();
    if (key instanceof StateError) throw key;
    return key;
  }

  /**
   * Looks at the files, unless they are those of the last time: what is told from here on is not older than the call.
   * @throws StateError when they cannot be read, or not in time
   */
  async read(): Promise<TokenFiles> {
    try {
      const files = await inTime(this.#readOnce(), ANSWER_S, () => this.#late());
      this.#failure = null;
      this.#troubles.found(files.troubles.map(({ message }) => message));
      this.#take(files);
      return files;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#troubles.found([error.message]);
      this.#failure ??= { error, sinceMs: performance.now() };
      throw error;
    }
  }

  /** Of a token that was signed here, as far as is known now. */
  standing(id: string): Standing {
    const { records, revoked, older } = this.#files;
    if (revoked.has(id)) return 'revoked';
    if (this.#failure !== null && performance.now() - this.#failure.sinceMs > KNOWN_FOR_MS)
      return this.#failure.error;
    if (records.has(id)) return 'good';
    if (older instanceof StateError) return older;
    if (older?.has(id) === true) return 'good';
    // That list was all there was.
    if (older !== null && !hasOwnFile(id)) return 'revoked';
    return this.#lost(
      `token-${id}.json`,
      ', where its record was (or in tokens.json, which earlier versions kept)',
    );
  }

  /** Whether there is a token for pages of that origin, as far as is known now. */
  isForOrigin(origin: string): boolean {
    return this.#known().some((record) => record.origins.includes(origin) && isStillGood(record));
  }

  /** Says once that a token cannot be looked at, though its files can. */
  report({ message }: StateError): void {
    this.#troubles.say(message);
  }

  /** Calls back when the tokens may have changed, by whatever process, and as long as nobody can know. Returns the undo. */
  onChange(changed: () => void): () => void {
    this.#changed = changed;
    this.#watch();
    return () => {
      this.#changed = null;
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  /** Where no token was ever seen, nobody has come by one: an agent without tokens does not wake for them. */
  #watch(): void {
    if (!this.#hasHeld || this.#changed === null) return;
    // Not every file system tells of changes, and not every host has a watch to spare.
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#readAgain();
    this.#isLooking = false;
    if (this.#failure !== null) this.#changed?.();
  }

  /** What is wrong has been said, and is found again by the next who needs it. */
  async #readAgain(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
  }

  #take(files: TokenFiles): void {
    if (files === this.#files) return;
    this.#files = files;
    this.#hasHeld ||= files.records.size > 0 || files.older !== null;
    this.#watch();
    this.#changed?.();
  }

  #known(): readonly TokenRecord[] {
    const { records, revoked, older } = this.#files;
    const earlier = older instanceof StateError ? [] : (older?.values() ?? []);
    return [...earlier, ...records.values()].flatMap((record) =>
      record instanceof StateError || revoked.has(record.id) ? [] : [record],
    );
  }

  #late(): StateError {
    const { path } = this.#folder;
    return new StateError('ETIMEDOUT', `Cannot read ${path} (ETIMEDOUT): ${mend('ETIMEDOUT')}.`);
  }

  #lost(name: string, more: string): StateError {
    return new StateError(
      'ENOENT',
      `${name} is missing in ${this.#folder.path}${more}, and nothing was revoked: put it back, or make a new token.`,
    );
  }
}

/** @throws StateError */
function isIn(older: TokenFiles['older'], id: string): boolean {
  if (older instanceof StateError) throw older;
  return older?.has(id) ?? false;
}

function isStillGood({ expiresAtMs }: TokenRecord): boolean {
  return expiresAtMs === null || expiresAtMs > Date.now();
}
