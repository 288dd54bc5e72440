import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { installedProgram } from './installed-program.ts';

/** Whether strace works for this user. */
export function canTrace(): boolean {
  const strace = installedProgram('strace');
  return strace !== undefined && spawnSync(strace, ['-f', '-o', '/dev/null', 'true']).status === 0;
}

/** Command to put before a program so that strace writes its system calls and those of its descendants to `file`. The program keeps its pid. */
export function tracing(file: string): readonly string[] {
  const calls = 'connect,execve,execveat,sendto,sendmsg,sendmmsg,clone,clone3,fork,vfork';
  return ['strace', '-D', '-f', '--seccomp-bpf', '-s', '4096', '-e', `trace=${calls}`, '-o', file];
}

/** System calls of a traced program and its descendants. */
export interface SystemCalls {
  /** Arguments of each program started by the traced process itself, in order. */
  readonly started: readonly string[];
  /** Network addresses that the traced process or a descendant connected or sent to. */
  readonly reached: readonly string[];
}

/** The same for all calls. */
export function tracingAll(file: string): readonly string[] {
  return ['strace', '-D', '-f', '-o', file];
}

/** The same for those that wait until a disk has what was written. */
export function tracingSyncs(file: string): readonly string[] {
  const calls = 'fsync,fdatasync,sync_file_range,msync,syncfs,sync';
  return ['strace', '-D', '-f', '--seccomp-bpf', '-e', `trace=${calls}`, '-o', file];
}

/** How often the main thread of a process waited for a disk, and how often others did. Standard output, which a log syncs at the end, is not counted. */
export function countSyncs(file: string, pid: number): { readonly main: number; readonly others: number } {
  const threads = [...readFileSync(file, 'utf8').matchAll(/^(\d+) +\w*sync\w*\((?![012]\b)/gm)].map(
    ([, id]) => Number(id),
  );
  const main = threads.filter((id) => id === pid).length;
  return { main, others: threads.length - main };
}

/** Names of all calls, and socket families. */
export function readAllCalls(file: string): { readonly calls: string[]; readonly families: string[] } {
  const text = readFileSync(file, 'utf8');
  const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
  return { calls: all(/^\d+ +(\w+)\(/gm), families: all(/ socket(?:pair)?\((AF_\w+)/g) };
}

/** Whether the trace contains the end of the process. */
export function isComplete(file: string, pid: number): boolean {
  return new RegExp(`^${pid} +\\+\\+\\+ `, 'm').test(readFileSync(file, 'utf8'));
}

/** Parses the output of strace. Counts a thread as its process. */
export function readSystemCalls(file: string): SystemCalls {
  const lines = whole(readFileSync(file, 'utf8').trim().split('\n'));
  const [first = ''] = lines;
  /** The process of each thread, and the parent of each process. */
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

/** Joins calls that strace interrupted by another: `connect( <unfinished ...>`, `<... connect resumed>)`. */
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
