import { cleanLabel } from '../../instances.ts';
import { readOnce } from '../../kernel/text.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { shortId } from '../containers/container-names.ts';
import { processTitle, programName } from './command-line.ts';
import { originOf, type Origin } from './origin.ts';
import { UNINTERRUPTIBLE } from './proc-pid-stat.ts';
import type { ScannedProcess } from './process-scan.ts';
import { UserNames } from './user-names.ts';

/** Who a process is, as people know it; what is not known is `null`. */
export interface Identity extends Origin {
  readonly name: string;
  readonly user: string | null;
  /** When it was found out, monotonic ms. */
  readonly atMs: number;
}

type Known = Pick<ScannedProcess, 'pid' | 'name' | 'state' | 'identity'>;

/** A process may become another user, or be put elsewhere, soon after it has begun. */
const KEPT_MS = 10_000;

/** What Node.js calls its main thread since versions 24 and 26: the same for every program that runs on it. */
const NAMES_OF_A_RUNTIME: ReadonlySet<string> = new Set(['MainThread', 'node-MainThread']);

/** Finds out who processes are. Only those are asked about that are shown, each every ten seconds. */
export class Identities {
  readonly #folder: string;
  readonly #users: UserNames;
  readonly #containerNameOf: (id: string) => string | null;

  /** @param containerNameOf `null` for an id without a name */
  constructor(roots: KernelRoots, containerNameOf: (id: string) => string | null) {
    this.#folder = roots.proc;
    this.#users = new UserNames(roots);
    this.#containerNameOf = containerNameOf;
  }

  /** @param atMs monotonic ms of now */
  of(process: Known, atMs: number): Identity {
    const known = process.identity;
    if (known !== null && atMs - known.atMs < KEPT_MS) return known;
    const { container, unit } = originOf(readOnce(`${this.#folder}/${process.pid}/cgroup`) ?? '');
    const identity = {
      name: this.#nameOf(process, known),
      user: this.#userOf(process, container !== null, atMs),
      unit,
      container,
      atMs,
    };
    process.identity = identity;
    return identity;
  }

  /** What people call a container: its own name, else the beginning of its id. */
  containerName({ container }: Identity): string | null {
    if (container === null) return null;
    const { id, name } = container;
    return cleanLabel(name ?? this.#containerNameOf(id) ?? shortId(id)) || null;
  }

  #nameOf({ pid, name, state }: Known, known: Identity | null): string {
    const own = cleanLabel(Buffer.from(name, 'latin1').toString('utf8')) || `[${pid}]`;
    const isOfRuntime = NAMES_OF_A_RUNTIME.has(own);
    if (!isOfRuntime && !own.includes(' ')) return own;
    // Its memory, where its arguments are, may be locked for as long as it waits.
    if (state === UNINTERRUPTIBLE) return known?.name ?? withoutArguments(own);
    if (isOfRuntime) return programName(this.#folder, pid) ?? own;
    // A title that a program gives itself, as npm does, is its arguments too, and the kernel has the beginning of it.
    return processTitle(this.#folder, pid)?.startsWith(own) ? withoutArguments(own) : own;
  }

  /** The host's names are not those of a container, except for the one that all have. */
  #userOf({ pid }: Known, isInContainer: boolean, atMs: number): string | null {
    const uid = effectiveUser(readOnce(`${this.#folder}/${pid}/status`) ?? '');
    if (uid === null) return null;
    const name = isInContainer ? null : this.#users.nameOf(uid, atMs);
    return name ?? (uid === '0' ? 'root' : uid);
  }
}

/** `npm`, of `npm install som`. */
function withoutArguments(name: string): string {
  return name.replace(/:? .*$/, '');
}

/** The second of the four in a text of `/proc/PID/status` (proc_pid_status(5)), which is the one that it acts as. */
function effectiveUser(status: string): string | null {
  return /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? null;
}
