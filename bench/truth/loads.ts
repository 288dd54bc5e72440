/** Real load, one kind after another. Each is bounded, and ends and cleans up by itself or with `end`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export class Loads {
  readonly #children = new Set<ChildProcess>();
  readonly #folder = mkdtempSync(join(tmpdir(), 'metrics-panel-truth-'));

  constructor() {
    process.once('exit', () => this.end());
  }

  /** @param shell commands to run before, in the same process */
  start(command: string, shell = ''): ChildProcess {
    const child = spawn('sh', ['-c', `${shell} ${command}`], {
      stdio: ['ignore', 'ignore', 'ignore'],
      cwd: this.#folder,
      // A process group of its own: `stop` kills its children too.
      detached: true,
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** A script of this folder. */
  script(name: string, shell = ''): ChildProcess {
    const path = fileURLToPath(new URL(name, import.meta.url));
    return this.start(`exec "${process.execPath}" --import "${TSX}" "${path}"`, shell);
  }

  stop({ pid }: ChildProcess): void {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has already ended.
    }
  }

  async for(seconds: number, command: string, shell = ''): Promise<void> {
    const child = this.start(command, shell);
    await wait(seconds * 1000);
    this.stop(child);
  }

  async whole(command: string, shell = ''): Promise<void> {
    const child = this.start(command, shell);
    await once(child, 'exit');
  }

  end(): void {
    for (const child of this.#children) this.stop(child);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const TSX = import.meta.resolve('tsx');

/** Begins and ends at rest. */
export const HOST_LOADS: readonly {
  readonly title: string;
  run(loads: Loads, containerShell: string): Promise<void>;
}[] = [
  { title: 'at rest', run: () => wait(8000) },
  { title: 'one core busy', run: (loads) => loads.for(8, 'while :; do :; done') },
  {
    title: 'one core busy at low priority',
    run: (loads) => loads.for(5, 'exec nice -n 19 sh -c "while :; do :; done"'),
  },
  { title: 'system calls', run: (loads) => loads.for(6, 'exec dd if=/dev/zero of=/dev/null bs=512') },
  { title: '1 GB of memory held', run: (loads) => loads.for(7, HOLD_MEMORY) },
  {
    title: '500 MB written with fsync',
    run: (loads) =>
      loads.whole(
        'for i in 1 2 3 4 5 6 7 8 9 10; do dd if=/dev/zero of=scratch bs=1M count=50 oflag=append conv=notrunc,fsync; sleep 0.4; done',
      ),
  },
  {
    title: 'dirty pages left to the kernel',
    run: (loads) => loads.for(3, 'dd if=/dev/zero of=late bs=1M count=200; sleep 9'),
  },
  {
    title: '500 MB read from the disk, in a container of 64 MB too',
    run: async (loads, containerShell) => {
      await loads.whole(
        'dd if=scratch of=/dev/null bs=128k iflag=direct; dd if=scratch iflag=nocache count=0',
      );
      await loads.for(
        6,
        'cat scratch > /dev/null; cat scratch > /dev/null; dd if=/dev/zero of=own bs=1M count=50 oflag=direct; sleep 9',
        containerShell,
      );
    },
  },
  {
    title: '150 MB held in a container of 64 MB, where there is swap space',
    run: async (loads, containerShell) => {
      if (!hasSwap() || containerShell === '') return;
      await loads.for(6, HOLD_MORE_THAN_ALLOWED, containerShell);
    },
  },
  {
    title: 'loopback: 500 MB, 3,000 connections, 20 UDP sockets, 300 open files',
    run: async (loads) => {
      await once(loads.script('loopback-traffic.ts'), 'exit');
    },
  },
  {
    title: 'a server that accepts nothing',
    run: async (loads) => {
      await once(loads.script('deaf-server.ts'), 'exit');
    },
  },
  {
    title: '1,000 processes',
    run: (loads) => loads.whole('i=0; while [ $i -lt 1000 ]; do /bin/true; i=$((i+1)); done'),
  },
  { title: 'at rest', run: () => wait(8000) },
];

function hasSwap(): boolean {
  return readFileSync('/proc/swaps', 'utf8').trim().includes('\n');
}

const HOLD_MORE_THAN_ALLOWED = `exec "${process.execPath}" -e "const held = Buffer.alloc(150e6, 1); setInterval(() => held.fill(1), 500)"`;
const HOLD_MEMORY = `exec "${process.execPath}" -e "globalThis.held = Buffer.alloc(2 ** 30, 1); setTimeout(() => {}, 60_000)"`;
