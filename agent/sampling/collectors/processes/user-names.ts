import { cleanLabel } from '../../instances.ts';
import { readOnce } from '../../kernel/text.ts';
import { THIS_HOST, type KernelRoots } from '../../kernel/roots.ts';

/** Users may be added. */
const READ_EVERY_MS = 60_000;

/** User names of the host behind `roots` (passwd(5)). Names from a directory service are not known. */
export class UserNames {
  readonly #path: string;
  #names: ReadonlyMap<string, string> = new Map();
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor({ proc }: Pick<KernelRoots, 'proc'>) {
    this.#path = `${proc === THIS_HOST.proc ? '' : `${proc}/1/root`}/etc/passwd`;
  }

  /** `null` if it has no name. @param atMs monotonic */
  nameOf(uid: string, atMs: number): string | null {
    if (!this.#names.has(uid) && atMs - this.#readAtMs >= READ_EVERY_MS) {
      this.#readAtMs = atMs;
      this.#names = parse(readOnce(this.#path) ?? '');
    }
    return this.#names.get(uid) ?? null;
  }
}

/** The first name of a user counts. */
function parse(passwd: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of passwd.split('\n')) {
    const [name = '', , uid = ''] = line.split(':', 3);
    const label = cleanLabel(name);
    if (label !== '' && uid !== '' && !names.has(uid)) names.set(uid, label);
  }
  return names;
}
