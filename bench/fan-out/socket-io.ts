import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A yardstick only, so no dependency of the project. */
const SOCKET_IO = 'socket.io@4.8.4';

/** Brings socket.io into a folder that is removed when this process ends. Returns the folder; `null` where it cannot be had. */
export function bringSocketIo(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'socket-io-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const flags = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
  const { status } = spawnSync('npm', ['install', ...flags, '--prefix', folder, SOCKET_IO], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 60_000,
  });
  return status === 0 ? folder : null;
}
