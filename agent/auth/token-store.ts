import { randomBytes } from 'node:crypto';
import { coalesceCalls, withTimeout } from '../promises.ts';
import { ProblemReporter, type ReportProblem } from './problem-reporter.ts';
import { fixFor, StateError } from './state-error.ts';
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

/** Polling interval of the files: a revoked token must be out within a second. */
const POLL_MS = 250;
/** A disk that takes longer counts as hung. */
const READ_TIMEOUT_S = 5;
/** How long the last known state holds after a failed read: file descriptors may have run out for a moment. */
const GRACE_MS = 5000;

/** Whether a token that was signed here is still good; an error while that cannot be read. */
export type TokenStatus = 'good' | 'revoked' | StateError;

/**
 * The tokens, one file each, which other processes may create or revoke at any time. Revoking renames the file: nothing is read, modified and
 * written back, so no process can undo another's change. Expired tokens stay: the clock may be set back.
 */
export class TokenStore {
  readonly #folder: StateFolder;
  readonly #problems: ProblemReporter;
  readonly #readOnce: () => Promise<TokenFiles>;
  #files = NO_FILES;
  /** Why it cannot be read, and since when (monotonic). */
  #failure: { readonly error: StateError; readonly sinceMs: number } | null = null;
  /** Whether there has ever been a token. Never reset: a client may still be connected with a token that was just revoked. */
  #hadTokens = false;
  #changed: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isPolling = false;

  /** @param report called with problems of the folder */
  constructor(folder: StateFolder, report: ReportProblem = () => {}) {
    this.#folder = folder;
    this.#problems = new ProblemReporter(report, `The tokens in ${folder.path} can be read again.`);
    const reader = new TokenFilesReader(folder);
    this.#readOnce = coalesceCalls(() => reader.read());
  }

  /** Valid tokens, oldest first. @throws StateError */
  async list(): Promise<readonly TokenRecord[]> {
    const { legacy } = await this.read();
    if (legacy instanceof StateError) throw legacy;
    return this.#known()
      .filter((record) => isUnexpired(record))
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  }

  /** Stores the record of a new token durably. @throws StateError */
  async add(record: TokenRecord): Promise<void> {
    const name = filesOf(record.id)?.record;
    if (name === undefined) throw new RangeError(`no id of a token: ${record.id}`);
    const isNew = await this.#folder.create(name, `${JSON.stringify(record, undefined, 2)}\n`);
    if (!isNew) throw new StateError('EEXIST', `There is a token ${record.id} already: make another.`);
    await this.#refresh();
  }

  /** Revokes a token durably. Returns whether there was one. @throws StateError */
  async remove(id: string): Promise<boolean> {
    const files = filesOf(id);
    if (files === null) return false;
    const { legacy, revoked } = await this.read();
    if (revoked.has(id)) return false;
    const isDone =
      (await this.#folder.rename(files.record, files.revoked)) ||
      (isIn(legacy, id) && (await this.#folder.create(files.revoked, '')));
    await this.#refresh();
    return isDone;
  }

  /** The signing key, created if needed. @throws StateError */
  async keyForSigning(): Promise<Buffer> {
    const known = await this.key();
    if (known !== null) return known;
    // Another process may create it first.
    await this.#folder.create(KEY, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
    const made = await this.key();
    if (made === null) throw this.#lost(KEY, '');
    return made;
  }

  /** The signing key; `null` before the first token. @throws StateError */
  async key(): Promise<Buffer | null> {
    const { key } = await this.read();
    if (key instanceof StateError) throw key;
    return key;
  }

  /**
   * Reads the files if they have changed; the result is never older than the call.
   * @throws StateError if they cannot be read, or not in time
   */
  async read(): Promise<TokenFiles> {
    try {
      const files = await withTimeout(this.#readOnce(), READ_TIMEOUT_S, () => this.#timeoutError());
      this.#failure = null;
      this.#problems.update(files.problems.map(({ message }) => message));
      this.#take(files);
      return files;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#problems.update([error.message]);
      this.#failure ??= { error, sinceMs: performance.now() };
      throw error;
    }
  }

  /** Status of a token that was signed here, from the last read. */
  status(id: string): TokenStatus {
    const { records, revoked, legacy } = this.#files;
    if (revoked.has(id)) return 'revoked';
    if (this.#failure !== null && performance.now() - this.#failure.sinceMs > GRACE_MS)
      return this.#failure.error;
    if (records.has(id)) return 'good';
    if (legacy instanceof StateError) return legacy;
    if (legacy?.has(id) === true) return 'good';
    // Only the list could have its record.
    if (legacy !== null && !hasOwnFile(id)) return 'revoked';
    return this.#lost(
      `token-${id}.json`,
      ', where its record was (or in tokens.json, which earlier versions kept)',
    );
  }

  /** Whether there is a valid token for pages of that origin, from the last read. */
  isForOrigin(origin: string): boolean {
    return this.#known().some((record) => record.origins.includes(origin) && isUnexpired(record));
  }

  /** Reports an error of a single token. */
  reportProblem({ message }: StateError): void {
    this.#problems.reportOnce(message);
  }

  /** Calls `changed` when any process may have changed the tokens, and repeatedly while they cannot be read. Returns the undo. */
  onChange(changed: () => void): () => void {
    this.#changed = changed;
    this.#watch();
    return () => {
      this.#changed = null;
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  /** Starts polling with the first token: an agent without tokens never wakes for them. */
  #watch(): void {
    if (!this.#hadTokens || this.#changed === null) return;
    // Not inotify: some file systems have no events, and some hosts no watches left.
    this.#timer ??= setInterval(() => void this.#poll(), POLL_MS).unref();
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    await this.#refresh();
    this.#isPolling = false;
    if (this.#failure !== null) this.#changed?.();
  }

  /** Ignores errors: `read` has reported them, and the next reader gets them again. */
  async #refresh(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
  }

  #take(files: TokenFiles): void {
    if (files === this.#files) return;
    this.#files = files;
    this.#hadTokens ||= files.records.size > 0 || files.legacy !== null;
    this.#watch();
    this.#changed?.();
  }

  #known(): readonly TokenRecord[] {
    const { records, revoked, legacy } = this.#files;
    const fromList = legacy instanceof StateError ? [] : (legacy?.values() ?? []);
    return [...fromList, ...records.values()].flatMap((record) =>
      record instanceof StateError || revoked.has(record.id) ? [] : [record],
    );
  }

  #timeoutError(): StateError {
    const { path } = this.#folder;
    return new StateError('ETIMEDOUT', `Cannot read ${path} (ETIMEDOUT): ${fixFor('ETIMEDOUT')}.`);
  }

  #lost(name: string, more: string): StateError {
    return new StateError(
      'ENOENT',
      `${name} is missing in ${this.#folder.path}${more}, and nothing was revoked: put it back, or make a new token.`,
    );
  }
}

/** @throws StateError */
function isIn(legacy: TokenFiles['legacy'], id: string): boolean {
  if (legacy instanceof StateError) throw legacy;
  return legacy?.has(id) ?? false;
}

function isUnexpired({ expiresAtMs }: TokenRecord): boolean {
  return expiresAtMs === null || expiresAtMs > Date.now();
}
