import { mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOCAL } from '../testing/local-peer.ts';
import { testAuthenticator } from '../testing/test-authenticator.ts';
import { createToken } from './signed-tokens.ts';
import { StateFolder } from './state-folder.ts';
import { TokenStore, type TokenRecord } from './token-store.ts';

const REQUEST = { label: '', metrics: ['cpu'], tables: [], hosts: ['*'], origins: [], expiresAtMs: null };
const record = (id: string): TokenRecord => ({ ...REQUEST, id, createdAtMs: 0 });

let path: string;
let store: TokenStore;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'metrics-panel-')), 'state');
  store = new TokenStore(new StateFolder(path));
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

const another = (): TokenStore => new TokenStore(new StateFolder(path));
const ids = (): string[] =>
  another()
    .list()
    .map(({ id }) => id);

describe('tokens in a file that several processes change', () => {
  it('are not brought back by one that is made while another is revoked', async () => {
    store.add(record('revoked'));
    expect(store.has('revoked')).toBe(true);
    const lock = join(path, 'tokens.json.lock');
    writeFileSync(lock, '');
    // Another process, in the middle of its work.
    const revoking = new Worker(
      `const fs = require('node:fs');
       setTimeout(() => {
         fs.writeFileSync(${JSON.stringify(join(path, 'tokens.json'))}, '{"tokens":[]}');
         fs.rmSync(${JSON.stringify(lock)});
       }, 200);`,
      { eval: true },
    );
    store.add(record('made'));
    expect(ids()).toEqual(['made']);
    expect(store.has('revoked')).toBe(false);
    await revoking.terminate();
  });

  it('are changed in spite of a lock that was left behind', () => {
    store.add(record('a'));
    const lock = join(path, 'tokens.json.lock');
    writeFileSync(lock, '');
    utimesSync(lock, 0, 0);
    store.add(record('b'));
    expect(ids()).toEqual(['a', 'b']);
    expect(readdirSync(path)).toEqual(['tokens.json']);
  });

  it('are seen as they are at once, however fast they change', () => {
    for (let round = 0; round < 50; round += 1) {
      store.add(record(`${round % 10}`));
      expect(store.has(`${round % 10}`)).toBe(true);
      expect(store.remove(`${round % 10}`)).toBe(true);
      expect(store.has(`${round % 10}`)).toBe(false);
    }
  });

  it.each([
    ['revoked', () => another().remove('a')],
    ['removed with their file', () => rmSync(join(path, 'tokens.json'))],
    ['moved away with their folder', () => renameSync(path, `${path}-elsewhere`)],
  ])('tell a running agent within a second when they are %s', async (_how, change) => {
    store.add(record('a'));
    // Somebody has come by it.
    expect(store.has('a')).toBe(true);
    let told = 0;
    const forget = store.onChange(() => {
      told += 1;
    });
    change();
    await expect.poll(() => told, { timeout: 1000 }).toBe(1);
    expect(store.has('a')).toBe(false);
    forget();
    another().add(record('b'));
    expect(told).toBe(1);
  });

  it('wake an agent only once there is one that somebody may have come by', () => {
    vi.useFakeTimers();
    try {
      const forget = store.onChange(() => {});
      expect([store.has('a'), vi.getTimerCount()]).toEqual([false, 0]);
      store.add(record('a'));
      expect([store.has('a'), vi.getTimerCount()]).toEqual([true, 1]);
      expect([store.remove('a'), vi.getTimerCount()]).toEqual([true, 1]);
      forget();
      expect([store.has('a'), vi.getTimerCount()]).toEqual([false, 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('row 34: is told of when somebody else has looked meanwhile, even if it was the last', async () => {
    store.add(record('a'));
    expect(store.has('a')).toBe(true);
    let told = 0;
    const forget = store.onChange(() => {
      told += 1;
    });
    another().remove('a');
    // As each page of another origin does that comes by.
    expect(store.isForOrigin('https://page.example')).toBe(false);
    await expect.poll(() => told, { timeout: 1000 }).toBe(1);
    forget();
  });
});

describe('what cannot be read', () => {
  it('lets nobody in, and is not written over', async () => {
    const { token } = await createToken(store, REQUEST);
    expect(await testAuthenticator('secret', store).verify(token, LOCAL)).not.toBeNull();
    writeFileSync(join(path, 'tokens.json'), '{"tokens":[{}]}');
    expect(await testAuthenticator('secret', store).verify(token, LOCAL)).toBeNull();
    expect(() => store.add(record('b'))).toThrow(/tokens.json in .* is damaged/);
    expect(readdirSync(path).toSorted()).toEqual(['signing-key', 'tokens.json']);
  });

  it.each(['', 'c2hvcnQ'])('as a key is none to sign with, nor to check with: %j', async (key) => {
    const { token } = await createToken(store, REQUEST);
    writeFileSync(join(path, 'signing-key'), key);
    expect(await testAuthenticator('secret', store).verify(token, LOCAL)).toBeNull();
    await expect(createToken(store, REQUEST)).rejects.toThrow(/signing-key in .* is damaged/);
  });
});
