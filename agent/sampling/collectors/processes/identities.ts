import { cleanLabel } from '../../instances.ts';
import { readOnce } from '../../kernel/text.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { shortId } from '../containers/container-names.ts';
import { processTitle, programName } from './command-line.ts';
import { originOf, type Origin } from './origin.ts';
import { UNINTERRUPTIBLE } from './proc-pid-stat.ts';
import { UserNames } from './user-names.ts';

/** Display details of a process; `null` if unknown. */
export interface Identity extends Origin {
  readonly name: string;
  readonly user: string | null;
  /** When they were determined, monotonic ms, and how long they are kept. */
  readonly atMs: number;
  readonly keptMs: number;
}

/** A process whose identity can be determined, and is kept with it. */
export interface Identifiable {
  readonly pid: number;
  /** As latin1. */
  readonly name: string;
  /** The byte of `/proc/PID/stat`. */
  readonly state: number;
  identity: Identity | null;
}

/** A process may change its user or cgroup soon after it started. */
const KEPT_MS = 10_000;
/** The same once it has not changed for that long. */
const SETTLED_KEPT_MS = 60_000;

/** Name of Node.js' main thread since versions 24 and 26, which is the same for every program. */
const NAMES_OF_A_RUNTIME: ReadonlySet<string> = new Set(['MainThread', 'node-MainThread']);

/** Determines the identity of processes. Only called for those in the table, and refreshed every ten seconds, and every minute once nothing has changed. */
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

  /** @param atMs monotonic */
  of(process: Identifiable, atMs: number): Identity {
    const known = process.identity;
    if (known !== null && atMs - known.atMs < known.keptMs) return known;
    const { container, unit } = originOf(readOnce(`${this.#folder}/${process.pid}/cgroup`) ?? '');
    const name = this.#nameOf(process, known);
    const user = this.#userOf(process, container !== null, atMs);
    const isSettled = known?.name === name && known.user === user && known.unit === unit;
    const identity = { name, user, unit, container, atMs, keptMs: isSettled ? SETTLED_KEPT_MS : KEPT_MS };
    process.identity = identity;
    return identity;
  }

  /** Display name of the container: its own name, else the beginning of its id. */
  containerName({ container }: Identity): string | null {
    if (container === null) return null;
    const { id, name } = container;
    return cleanLabel(name ?? this.#containerNameOf(id) ?? shortId(id)) || null;
  }

  #nameOf({ pid, name, state }: Identifiable, known: Identity | null): string {
    const own = cleanLabel(Buffer.from(name, 'latin1').toString('utf8')) || `[${pid}]`;
    const isOfRuntime = NAMES_OF_A_RUNTIME.has(own);
    if (!isOfRuntime && !own.includes(' ')) return own;
    // Its arguments are in memory that may be locked for as long as it waits.
    if (state === UNINTERRUPTIBLE) return known?.name ?? withoutArguments(own);
    if (isOfRuntime) return programName(this.#folder, pid) ?? own;
    // A title set by the program itself, as npm does, contains its arguments; the kernel's name is the beginning of it.
    return processTitle(this.#folder, pid)?.startsWith(own) ? withoutArguments(own) : own;
  }

  /** User ids in a container do not belong to the host's users, except root. */
  #userOf({ pid }: Identifiable, isInContainer: boolean, atMs: number): string | null {
    const uid = effectiveUser(readOnce(`${this.#folder}/${pid}/status`) ?? '');
    if (uid === null) return null;
    const name = isInContainer ? null : this.#users.nameOf(uid, atMs);
    return name ?? (uid === '0' ? 'root' : uid);
  }
}

/** `npm`, for `npm install som`. */
function withoutArguments(name: string): string {
  return name.replace(/:? .*$/, '');
}

/** The second of four ids in `/proc/PID/status` (proc_pid_status(5)). */
function effectiveUser(status: string): string | null {
  return /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? null;
}
