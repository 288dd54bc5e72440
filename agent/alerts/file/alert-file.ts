import { constants, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { errorCode } from '../../system-error.ts';
import type { AlertSettings } from '../alert-settings.ts';
import { DEFAULT_SETTINGS } from '../default-settings.ts';
import type { RuleRefusal, RulesFile, RuleView } from '../rules-file.ts';
import { ruleViews } from './rule-views.ts';

export interface AlertFileOptions {
  /** Absolute. */
  readonly path: string;
  /** Whether somebody has named it, so that it should exist. */
  readonly isExpected?: boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

const LOOK_EVERY_MS = 2000;
/** Larger files are refused by `readSettings`; they are not read whole. */
const MAX_READ_BYTES = 300_000;
/** When somebody else saves the file at the same moment. */
const WRITE_ATTEMPTS = 3;

/** What tells one state of a file from another; `none` for no file. */
type Version = string;

/**
 * Follows alerts.yaml. Whatever is wrong with the file, the settings from before stay. The YAML library and the schemas are loaded when there is a file, or
 * one is written.
 */
export class AlertFile implements RulesFile {
  readonly #options: AlertFileOptions;
  #settings = DEFAULT_SETTINGS;
  #written: Readonly<Record<string, unknown>> = {};
  #problem: string | null = null;
  #revision = 0;
  #version: Version = 'none';
  /** What the last look found, if that is not what is followed. */
  #doubted: Version | null = null;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Looking and writing, one after the other. */
  #work: Promise<unknown> = Promise.resolve();
  /** Of these, those that are not done. */
  #waiting = 0;
  #isStopped = false;

  constructor(options: AlertFileOptions) {
    this.#options = options;
    if (options.isExpected === true) this.#version = 'not looked at';
  }

  get settings(): AlertSettings {
    return this.#settings;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get revision(): number {
    return this.#revision;
  }

  load(): Promise<void> {
    return this.#next(() => this.#look(false));
  }

  visit(): void {
    const nowMs = this.#options.clock.now();
    if (this.#isStopped || this.#waiting > 0 || nowMs - this.#lookedMs < LOOK_EVERY_MS) return;
    this.#lookedMs = nowMs;
    void this.#next(() => this.#look(true));
  }

  ruleViews(): readonly RuleView[] {
    return ruleViews(this.#settings.rules, this.#written);
  }

  writeRule(name: string, rule: unknown): Promise<RuleRefusal | null> {
    return this.#next(async () => {
      const { path } = this.#options;
      const { withRule, replaceFile } = await import('./write-rule.ts');
      for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
        // As it is now: somebody may be editing it.
        const text = await this.#read();
        if (text instanceof Error) return { error: `${this.#problemOf(text)}.` };
        const changed = withRule(text ?? '', dirname(path), name, rule);
        if (typeof changed !== 'string') return changed;
        const result = await replaceFile(path, changed, async () => (await this.#read()) === text);
        if (result === 'changed') continue;
        if (result !== null) return result;
        await this.#look(false);
        return null;
      }
      return { error: `${path} is being changed by somebody else: try again.` };
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  #next<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#work.then(task);
    const settled = this.#settled(result);
    this.#work = settled;
    return result;
  }

  async #settled(work: Promise<unknown>): Promise<void> {
    this.#waiting += 1;
    try {
      await work;
    } catch {
      // For the caller.
    } finally {
      this.#waiting -= 1;
    }
  }

  /**
   * @param isPatient whether what is new is believed only when it is the same at the next look. An editor may be saving it: half a file can be good
   * YAML, and the alerts of the rules that it lacks would end
   */
  async #look(isPatient: boolean): Promise<void> {
    const version = await this.#versionNow();
    const isNew = version !== this.#doubted;
    this.#doubted = version;
    if (version === this.#version || (isPatient && isNew)) return;
    const text = await this.#read();
    this.#version = version;
    if (text instanceof Error) this.#refuse(this.#problemOf(text));
    else if (text === null) this.#useNone();
    else await this.#parse(text);
  }

  async #versionNow(): Promise<Version> {
    try {
      const { mtimeMs, size, ino, mode } = await stat(this.#options.path);
      return [mtimeMs, size, ino, mode].join(' ');
    } catch (error) {
      return errorCode(error) === 'ENOENT' ? 'none' : `error ${errorCode(error)}`;
    }
  }

  /** `null` for no file. */
  async #read(): Promise<string | Error | null> {
    try {
      // A pipe would be waited for.
      const file = await open(this.#options.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        if (!(await file.stat()).isFile()) return new NoFileError();
        const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_READ_BYTES), 0, MAX_READ_BYTES, 0);
        return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
      } finally {
        await file.close();
      }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #parse(text: string): Promise<void> {
    const [{ readSettings }, { problemText }] = await Promise.all([
      import('./settings-of.ts'),
      import('./problem.ts'),
    ]);
    const { settings, yaml, problems } = readSettings(text, dirname(this.#options.path));
    if (problems !== undefined) {
      const [first, ...others] = problems.map(problemText);
      const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
      this.#refuse(`${basename(this.#options.path)}, ${first}${more}`);
      return;
    }
    this.#use(settings, rulesIn(yaml.value));
  }

  #useNone(): void {
    const { log, path, isExpected = false } = this.#options;
    this.#use(DEFAULT_SETTINGS, {});
    if (!isExpected) return;
    this.#problem = `There is no ${path}: the shipped rules hold, and nobody is told.`;
    log.warn(this.#problem);
  }

  #use(settings: AlertSettings, written: Readonly<Record<string, unknown>>): void {
    const { log, path } = this.#options;
    this.#settings = settings;
    this.#written = written;
    this.#problem = null;
    this.#revision += 1;
    const { rules, channels } = settings;
    log.info({ rules: rules.length, channels: channels.length }, `Alerts follow ${path}`);
  }

  #refuse(problem: string): void {
    this.#problem = `${problem}. The rules from before go on.`;
    this.#revision += 1;
    this.#options.log.error(this.#problem);
  }

  #problemOf(error: Error): string {
    const { path } = this.#options;
    const code = errorCode(error);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return `${path} is not UTF-8: save it as that`;
    if (error instanceof NoFileError || code === 'EISDIR') return `${path} is no file: put one there`;
    return `${path} cannot be read (${code ?? error.message}): let the agent's user read it`;
  }
}

/** A folder, pipe or device. */
class NoFileError extends Error {}

function rulesIn(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || !('rules' in value)) return {};
  const { rules } = value;
  return typeof rules === 'object' && rules !== null ? { ...rules } : {};
}
