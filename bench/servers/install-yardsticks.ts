import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('..', import.meta.url));

/** Installs bench/package.json, once: what it names is no part of the project. */
export function installYardsticks(): void {
  if (existsSync(`${BENCH}node_modules/socket.io`)) return;
  console.log('Installing the yardsticks (bench/package.json) ...');
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: BENCH, stdio: 'inherit' });
}
