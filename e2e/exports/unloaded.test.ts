import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startReceiver } from '../../agent/testing/receiver.ts';
import { AGENT_PROGRAM, startAgent } from '../agent-process.ts';

const HOOK = fileURLToPath(new URL('loaded-files.mjs', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts an agent with these flags, waits for its first push if it has any, and returns names of the files that it loaded. */
async function loadedWith(args: readonly string[], isDone: () => boolean): Promise<string[]> {
  const list = join(folder, 'loaded');
  const agent = await startAgent({
    program: ['--import', HOOK, AGENT_PROGRAM],
    args,
    env: { LOADED_FILES: list },
  });
  // So that what follows a sample has had its time.
  await expect.poll(() => readFileSync(list, 'utf8')).toContain('history-sink');
  await expect.poll(isDone).toBe(true);
  await agent.kill();
  return readFileSync(list, 'utf8')
    .split('\n')
    .map((url) => url.replace(/^.*\/(?:node_modules\/([^/]+)\/.*|([a-z-]+?)(?:-[\w-]{8})?\.js)$/, '$1$2'));
}

describe.skipIf(!('registerHooks' in module))('an agent', () => {
  it('loads nothing of any exporter unless it is set', async () => {
    const names = await loadedWith([], () => true);
    expect(
      names.filter((name) => /otlp|influx|mqtt|push|queue|guarded|secret-file|host-identity/.test(name)),
    ).toEqual([]);
  });

  it('loads nothing of other agents unless one is relayed, and then nothing of exporters', async () => {
    const ofRelays = /relay|far-|remote-host|metrics-client|transport-ladder|clean-host/;
    const without = await loadedWith([], () => true);
    expect(without.filter((name) => ofRelays.test(name))).toEqual([]);
    const names = await loadedWith(['--relay', 'http://127.0.0.1:9'], () => true);
    expect(names).toContain('relays');
    expect(names.filter((name) => /otlp|influx|mqtt|push|queue|guarded|nats/.test(name))).toEqual([]);
  });

  it('loads an exporter that is set, and nothing of the others', async () => {
    const { url, requests, close } = await startReceiver();
    const names = await loadedWith(
      ['--influx', `${url}/write`, '--push-interval', '1'],
      () => requests.length > 0,
    );
    await close();
    expect(names).toContain('influx-exporter');
    expect(names.filter((name) => /otlp|mqtt/.test(name))).toEqual([]);
  });
});
