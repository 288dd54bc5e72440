import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { installedProgram } from './installed-program.ts';

/** Whether this user may watch the system calls of its processes here. */
export function canTrace(): boolean {
  const strace = installedProgram('strace');
  return strace !== undefined && spawnSync(strace, ['-f', '-o', '/dev/null', 'true']).status === 0;
}

/** What a program is started behind, so that its calls and those of all that it starts are written to `file`. It keeps its own pid. */
export function tracing(file: string): readonly string[] {
  const calls = 'connect,execve,execveat,sendto,sendmsg,sendmmsg,clone,clone3,fork,vfork';
  return ['strace', '-D', '-f', '--seccomp-bpf', '-s', '4096', '-e', `trace=${calls}`, '-o', file];
}

/** What a traced program, and everything that it has started, asked of the kernel. */
export interface SystemCalls {
  /** Arguments of each program that the traced process itself has started, in order. */
  readonly started: readonly string[];
  /** Whom the traced process, or one that it started, wanted to reach over a network. */
  readonly reached: readonly string[];
}

/** The same for all calls. */
export function tracingAll(file: string): readonly string[] {
  return ['strace', '-D', '-f', '-o', file];
}

/** Names of all calls, and the families of the sockets. */
export function readAllCalls(file: string): { readonly calls: string[]; readonly families: string[] } {
  const text = readFileSync(file, 'utf8');
  const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
  return { calls: all(/^\d+ +(\w+)\(/gm), families: all(/ socket(?:pair)?\((AF_\w+)/g) };
}

/** Whether strace has written that the traced process has ended. */
export function isComplete(file: string, pid: number): boolean {
  return new RegExp(`^${pid} +\\+\\+\\+ `, 'm').test(readFileSync(file, 'utf8'));
}

/** Reads what strace wrote. A thread counts as its process. */
export function readSystemCalls(file: string): SystemCalls {
  const lines = whole(readFileSync(file, 'utf8').trim().split('\n'));
  const [first = ''] = lines;
  /** The process of each thread, and the one that started each process. */
  const processOf = new Map<string, string>();
  const parentOf = new Map<string, string>();
  const root = pidOf(first);
  const started: string[] = [];
  const reached: string[] = [];
  for (const line of lines.slice(1)) {
    const thread = pidOf(line);
    const pid = processOf.get(thread) ?? thread;
    const child = /(?:clone3?|v?fork)\(.*= (\d+)$/.exec(line)?.[1];
    if (child !== undefined && line.includes('CLONE_THREAD')) processOf.set(child, pid);
    else if (child !== undefined) parentOf.set(child, pid);
    else if (/^\d+ +execve(?:at)?\(/.test(line)) {
      if (pid === root || parentOf.get(pid) === root) started.push(/\[(.*)\]/.exec(line)?.[1] ?? line);
    } else if (/sa_family=AF_INET/.test(line)) reached.push(line);
  }
  return { started, reached };
}

/** Puts together calls that another one came between: `connect( <unfinished ...>`, `<... connect resumed>)`. */
function whole(lines: readonly string[]): string[] {
  const unfinished = new Map<string, string>();
  return lines.flatMap((line) => {
    const begin = /^(.*)<unfinished \.\.\.>$/.exec(line)?.[1];
    if (begin !== undefined) {
      unfinished.set(pidOf(line), begin);
      return [];
    }
    const end = /^\d+ +<\.\.\. \w+ resumed>(.*)$/.exec(line)?.[1];
    return end === undefined ? [line] : [(unfinished.get(pidOf(line)) ?? '') + end];
  });
}

function pidOf(line: string): string {
  return /^\d+/.exec(line)?.[0] ?? '';
}
