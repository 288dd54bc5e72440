import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { installedProgram, whetherInstalled } from './installed-program.ts';

/** The distribution's own, which has the libraries of its packages. */
const PYTHON = '/usr/bin/python3';
const run = (file: string, args: readonly string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(file, args, { timeout: 50_000, maxBuffer: 16 * 1024 * 1024 });
const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

const has = (library: string): boolean => spawnSync(PYTHON, ['-c', `import ${library}`]).status === 0;
const whetherHas = (library: string): string =>
  has(library) ? '' : ` (skipped: there is no python3-${library} here)`;

describe('clients of other software, unchanged:', () => {
  let agent: AgentProcess;

  beforeAll(async () => {
    agent = await startAgent({ args: ['--interval', '250'] });
  });
  afterAll(() => agent.kill());

  describe.skipIf(installedProgram('curl') === undefined)(`curl${whetherInstalled('curl')}`, () => {
    const SSE = `metrics/sse?subscriptions=${encodeURIComponent('[{"metrics":["*"]}]')}`;

    it.each(['--http2', '--http1.1', '--http1.0'])('%s reads a stream', async (version) => {
      // grep ends after four samples, far behind the welcome.
      const { stdout } = await run('sh', [
        '-c',
        `curl -sS -N ${version} "$1" | grep -m 4 -o '^data: {"type":"metrics"'`,
        'sh',
        agent.url + SSE,
      ]);
      expect(stdout.trim().split('\n')).toHaveLength(4);
    });

    it.each(['--http2', '--http1.1', '--http1.0'])(
      '%s polls, and again over the same connection',
      async (version) => {
        const request = [
          '-sS',
          version,
          '-d',
          '{"subscriptions":[{"metrics":["cpu"]}]}',
          `${agent.url}metrics/poll`,
        ];
        const { stdout } = await run('curl', [...request, '--next', ...request]);
        expect(stdout.match(/"type":"welcome"/g)).toHaveLength(2);
      },
    );
  });

  it.skipIf(installedProgram('java') === undefined)(
    `Java's HttpClient${whetherInstalled('java')}`,
    async () => {
      const { stdout } = await run('java', [program('http-client.java'), agent.url]);
      expect(stdout).toBe('sse\npoll\nwebsocket\n');
    },
  );

  it.skipIf(!has('websockets'))(`Python's websockets${whetherHas('websockets')}`, async () => {
    const { stdout } = await run(PYTHON, [program('websockets-client.py'), agent.url]);
    expect(stdout).toBe('websocket\n');
  });

  it.skipIf(!has('aiohttp'))(`Python's aiohttp${whetherHas('aiohttp')}`, async () => {
    const { stdout } = await run(PYTHON, [program('aiohttp-client.py'), agent.url]);
    expect(stdout).toBe('sse\npoll\nwebsocket\n');
  });
});
