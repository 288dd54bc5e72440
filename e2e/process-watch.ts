import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A socket of a process on Linux. */
export interface OpenSocket {
  readonly protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6';
  readonly localPort: number;
  readonly remotePort: number;
  readonly isListening: boolean;
}

const PROTOCOLS = ['tcp', 'tcp6', 'udp', 'udp6'] as const;
/** TCP_LISTEN of include/net/tcp_states.h. */
const LISTENING = '0A';

/** Open internet sockets of a process, by the inodes of its descriptors; none if it has ended. */
export function socketsOf(pid: number): OpenSocket[] {
  const inodes = new Set(
    entries(`/proc/${pid}/fd`)
      .map((name) => linkOf(`/proc/${pid}/fd/${name}`))
      .flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []),
  );
  return PROTOCOLS.flatMap((protocol) =>
    textOf(`/proc/${pid}/net/${protocol}`)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => inodes.has(columns[9] ?? ''))
      .map(([, local = '', remote = '', state]) => ({
        protocol,
        localPort: portOf(local),
        remotePort: portOf(remote),
        isListening: state === LISTENING,
      })),
  );
}

/** Command lines of the running children of a process. */
export function childrenOf(pid: number): string[] {
  const own = textOf(`/proc/${pid}/cmdline`);
  return (
    entries(`/proc/${pid}/task`)
      .flatMap((thread) => textOf(`/proc/${pid}/task/${thread}/children`).trim().split(' '))
      .filter((child) => child !== '')
      .map((child) => textOf(`/proc/${child}/cmdline`))
      // Between fork and exec a child is still a copy.
      .filter((command) => command !== '' && command !== own)
      .map((command) => command.replaceAll('\0', ' ').trim())
  );
}

/** `0100007F:1F90`: the address is in host byte order, the port is not. */
function portOf(endpoint: string): number {
  return Number.parseInt(endpoint.split(':')[1] ?? '', 16);
}

// A process may end meanwhile, and its files with it.
function entries(folder: string): string[] {
  return attempt(() => readdirSync(folder), []);
}

function textOf(path: string): string {
  return attempt(() => readFileSync(path, 'utf8'), '');
}

function linkOf(path: string): string {
  return attempt(() => readlinkSync(path), '');
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
