import { cleanCatalogue, cleanFacts, cleanTables, isPace } from '../../hosts/clean.ts';
import type { HostIdentity } from '../../hosts/host-feed.ts';
import { aboutSchema, type AboutBody, type BatchBody } from '../bodies.ts';
import { ABOUT_STREAM, type Subjects } from '../subjects.ts';
import type { Broker } from './broker.ts';
import type { Drops } from './drops.ts';
import type { HostRun } from './host-run.ts';
import { readBody } from './read-body.ts';

export interface Description {
  /** Id of its catalogue and tables. */
  readonly id: string;
  readonly identity: HostIdentity;
}

export interface CataloguesOptions {
  /** The host's. */
  readonly name: string;
  readonly subjects: Subjects;
  readonly broker: Broker;
  readonly run: HostRun;
  readonly drops: Drops;
}

/** `other`: the host answers, and has another one now. `silent`: nobody knows. */
type Unknown = 'other' | 'silent';

/** A catalogue changes when a disk is plugged in; samples of a few may be on their way. */
const MAX_KNOWN = 8;
const PATIENCE = { firstMs: 1000, nextMs: 1000 } as const;

/** What the values of one host are, known while somebody follows it. */
export class Catalogues {
  readonly #options: CataloguesOptions;
  readonly #byId = new Map<string, Description>();
  #asking: Promise<Description | null> | null = null;

  constructor(options: CataloguesOptions) {
    this.#options = options;
  }

  /** That of an id, if it is known already. */
  known(id: string): Description | undefined {
    return this.#byId.get(id);
  }

  /** Asks the host, else reads what it last told. */
  async of(id: string): Promise<Description | Unknown> {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const answer = await this.#ask();
    if (answer?.id === id) return answer;
    const kept = await this.#kept();
    if (kept?.id === id) return kept;
    return answer === null ? 'silent' : 'other';
  }

  /** Takes the catalogue that comes with samples of the past, if one does: nobody else has it any more. */
  async learn({ c, catalogue }: Pick<BatchBody, 'c' | 'catalogue'>): Promise<void> {
    if (catalogue === undefined || this.#byId.has(c)) return;
    const present = await this.newest();
    if (this.#byId.has(c)) return;
    const clean = cleanCatalogue(catalogue);
    if (clean === undefined) this.#options.drops.count('malformed');
    else if (present !== null) this.#keep({ id: c, identity: { ...present.identity, catalogue: clean } });
  }

  /** What the host or the broker says now; `null` if neither says anything. */
  async newest(): Promise<Description | null> {
    return (await this.#ask()) ?? (await this.#kept());
  }

  /** Nobody follows the host. */
  forget(): void {
    this.#byId.clear();
  }

  async #ask(): Promise<Description | null> {
    this.#asking ??= this.#askNow().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #askNow(): Promise<Description | null> {
    const { broker, subjects, run, drops } = this.#options;
    let found: AboutBody | undefined;
    const answered = (data: Uint8Array): boolean => {
      const about = readBody(aboutSchema, data);
      if (about === undefined) drops.count('malformed');
      else if (run.hears(about)) found = about;
      return found !== undefined;
    };
    await broker.ask(subjects.ask('about'), {}, answered, PATIENCE);
    return found === undefined ? null : this.#read(found);
  }

  async #kept(): Promise<Description | null> {
    const { broker, subjects } = this.#options;
    try {
      const message = await broker.lastKept(ABOUT_STREAM, subjects.about);
      const about = message === null ? undefined : readBody(aboutSchema, message.data);
      return about === undefined ? null : this.#read(about);
    } catch {
      return null;
    }
  }

  #read(about: AboutBody): Description | null {
    const { host, c } = about;
    const catalogue = cleanCatalogue(about.catalogue);
    const tables = cleanTables(about.tables);
    if (catalogue === undefined || tables === undefined || !isPace(about)) {
      this.#options.drops.count('malformed');
      return null;
    }
    return this.#keep({ id: c, identity: { facts: cleanFacts(host.facts), catalogue, tables } });
  }

  #keep(description: Description): Description {
    this.#byId.set(description.id, description);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MAX_KNOWN && oldest !== undefined) this.#byId.delete(oldest);
    return description;
  }
}
