import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { AGENT_PROGRAM } from './agent-process.ts';
import { installedProgram } from './installed-program.ts';

const NEIGHBOURS = fileURLToPath(new URL('programs/neighbours.mjs', import.meta.url));
/** Runs a command in an isolated network namespace. */
const NETWORK =
  'ip link set lo up && for last in 1 a b; do ip -6 addr add fe80::$last/64 dev lo nodad || exit; done';
const inNetwork = (...command: string[]): string[] => [
  '-rn',
  'sh',
  '-c',
  `${NETWORK}; exec "$@"`,
  'sh',
  ...command,
];

const UNSHARE = installedProgram('unshare') ?? '';
const hasNetwork = UNSHARE !== '' && spawnSync(UNSHARE, ['-rn', 'sh', '-c', NETWORK]).status === 0;
const whether = hasNetwork ? '' : ' (skipped: no network of its own can be made here)';

it.skipIf(!hasNetwork)(`counts link-local neighbours one by one${whether}`, async () => {
  const state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  try {
    const agent =
      `${AGENT_PROGRAM} --port 0 --host :: --max-connections-per-address 1 --state ${state}`.split(' ');
    const { stdout } = await promisify(execFile)(UNSHARE, inNetwork(process.execPath, NEIGHBOURS, ...agent), {
      env: { ...process.env, METRICS_PANEL_TOKEN: 'a-secret-of-more-than-sixteen-characters' },
    });
    expect(JSON.parse(stdout)).toEqual([200, 200, 503]);
  } finally {
    rmSync(state, { recursive: true });
  }
});
