import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createToken } from './signed-tokens.ts';
import { StateError } from './state-error.ts';
import { StateFolder } from './state-folder.ts';
import { TokenStore } from './token-store.ts';
import type { TokenRecord } from './token-record.ts';

const REQUEST = { label: '', metrics: ['cpu'], tables: [], hosts: ['*'], origins: [], expiresAtMs: null };
const record = (id: string, more: Partial<TokenRecord> = {}): TokenRecord => ({
  ...REQUEST,
  id,
  createdAtMs: 0,
  ...more,
});
/** The list of earlier versions. */
const older = (...ids: string[]): string => JSON.stringify({ tokens: ids.map((id) => record(id)) });

let path: string;
let store: TokenStore;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'metrics-panel-')), 'state');
  store = new TokenStore(new StateFolder(path));
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

const another = (): TokenStore => new TokenStore(new StateFolder(path));
const ids = async (): Promise<string[]> => (await another().list()).map(({ id }) => id);
const status = async (id: string): Promise<unknown> => {
  await store.read();
  return store.status(id);
};

describe('tokens that several processes create and revoke', () => {
  it('are in private files, and the file of a revoked one grants nothing', async () => {
    await store.add(record('a'));
    await store.add(record('b'));
    expect(await store.remove('a')).toBe(true);
    expect(readdirSync(path).toSorted()).toEqual(['token-a.revoked', 'token-b.json']);
    for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(await ids()).toEqual(['b']);
    expect(await store.remove('a')).toBe(false);
  });

  it('stay revoked when a record is written late, restored from a copy, or created twice', async () => {
    await store.add(record('a'));
    const copy = readFileSync(join(path, 'token-a.json'));
    await another().remove('a');
    writeFileSync(join(path, 'token-a.json'), copy);
    expect([await status('a'), await ids()]).toEqual(['revoked', []]);
    await expect(store.add(record('a'))).rejects.toThrow(StateError);
  });

  it('are revoked by exactly one of many concurrent revocations, and all processes see it', async () => {
    await store.add(record('a'));
    const all = Array.from({ length: 8 }, another);
    const said = await Promise.all(all.map((each) => each.remove('a')));
    expect(said).toContain(true);
    for (const each of all) {
      await each.read();
      expect(each.status('a')).toBe('revoked');
    }
  });

  it('are created concurrently without loss', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `t${index}`);
    await Promise.all(names.map((id) => another().add(record(id))));
    expect((await ids()).toSorted()).toEqual(names.toSorted());
    expect(readdirSync(path)).toHaveLength(names.length);
  });

  it('are signed with one key, whichever process creates it', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => another().keyForSigning()));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  });

  it('are read as they are at once, however fast they change', async () => {
    for (let round = 0; round < 50; round += 1) {
      await another().add(record(`${round}`));
      expect(await status(`${round}`)).toBe('good');
      await another().remove(`${round}`);
      expect(await status(`${round}`)).toBe('revoked');
    }
  });

  it('survive a process whose clock is ahead, and expire by the correct clock', async () => {
    const day = 24 * 60 * 60_000;
    await store.add(record('a', { expiresAtMs: Date.now() + day }));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 400 * day });
    try {
      expect(await ids()).toEqual([]);
      await another().add(record('b'));
      await another().remove('b');
    } finally {
      vi.useRealTimers();
    }
    expect(await ids()).toEqual(['a']);
  });

  it('never have an id that leads out of the folder', async () => {
    await store.add(record('a'));
    writeFileSync(join(path, '..', 'token-x.json'), '{}');
    for (const id of ['../token-x', '..', '', 'a/b', 'a.json', 'x'.repeat(65)])
      expect(await store.remove(id)).toBe(false);
    await expect(store.add(record('../y'))).rejects.toThrow(RangeError);
    expect(readdirSync(join(path, '..')).toSorted()).toEqual(['state', 'token-x.json']);
  });
});

describe('the list of earlier versions', () => {
  beforeEach(() => new StateFolder(path).create('tokens.json', older('a', 'b')));

  it('is read and never written: its tokens are good until this or an earlier version revokes them', async () => {
    expect(await ids()).toEqual(['a', 'b']);
    await store.add(record('c'));
    expect(await store.remove('a')).toBe(true);
    expect(await ids()).toEqual(['b', 'c']);
    expect(readFileSync(join(path, 'tokens.json'), 'utf8')).toBe(older('a', 'b'));
    // Revoked by an earlier version, which knows no other file.
    writeFileSync(join(path, 'tokens.json'), older('a'));
    expect([await status('a'), await status('b'), await status('c')]).toEqual(['revoked', 'revoked', 'good']);
  });

  it('does not undo a revocation when an earlier version writes it back', async () => {
    await store.remove('a');
    writeFileSync(join(path, 'tokens.json'), older('a', 'b', 'made-there'));
    expect(await ids()).toEqual(['b', 'made-there']);
    expect(await status('a')).toBe('revoked');
  });
});

describe('a running agent', () => {
  it.each([
    ['revoked', () => another().remove('a'), 'revoked'],
    ['removed with its file', () => rmSync(join(path, 'token-a.json')), expect.any(StateError)],
    ['moved away with its folder', () => renameSync(path, `${path}-elsewhere`), expect.any(StateError)],
  ])('is notified soon when a token is %s', async (_how, change, expected) => {
    await store.add(record('a'));
    let told = 0;
    const forget = store.onChange(() => {
      told += 1;
    });
    await Promise.resolve(change());
    await expect.poll(() => told).toBe(1);
    expect(store.status('a')).toEqual(expected);
    forget();
    await another().add(record('b'));
    expect(told).toBe(1);
  });

  it('polls the files only once there has been a token', async () => {
    const forget = store.onChange(() => {});
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      expect([await status('a'), vi.getTimerCount()]).toEqual([expect.any(StateError), 0]);
      await store.add(record('a'));
      expect([await status('a'), vi.getTimerCount()]).toEqual(['good', 1]);
      await store.remove('a');
      expect(vi.getTimerCount()).toBe(1);
      forget();
      expect([await status('a'), vi.getTimerCount()]).toEqual(['revoked', 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is notified of the last revocation even if another reader saw it first', async () => {
    await store.add(record('a'));
    let told = 0;
    const forget = store.onChange(() => {
      told += 1;
    });
    await another().remove('a');
    await store.read();
    expect([told, store.isForOrigin('https://page.example')]).toEqual([1, false]);
    forget();
  });
});

describe('an unreadable file', () => {
  const trouble = (): { said: string[]; store: TokenStore } => {
    const said: string[] = [];
    return { said, store: new TokenStore(new StateFolder(path), (sentence) => said.push(sentence)) };
  };

  it.each(['', 'c2hvcnQ', null])(
    'is an error for the signing key, which is not replaced: %j',
    async (text) => {
      await createToken(store, REQUEST);
      const key = readFileSync(join(path, 'signing-key'));
      if (text === null) rmSync(join(path, 'signing-key'));
      else writeFileSync(join(path, 'signing-key'), text);
      for (const each of [store, another()]) {
        await expect(each.key()).rejects.toThrow(
          /^signing-key in .* is (damaged|missing).*: put it back, or/,
        );
        await expect(createToken(each, REQUEST)).rejects.toThrow(/signing-key/);
      }
      writeFileSync(join(path, 'signing-key'), key);
      await createToken(store, REQUEST);
      expect(await ids()).toHaveLength(2);
    },
  );

  it('affects only its own token, and is reported once with the file and the fix', async () => {
    const { store: watched, said } = trouble();
    await watched.keyForSigning();
    await watched.add(record('a'));
    writeFileSync(join(path, 'tokens.json'), '{"tokens":[{}]}');
    writeFileSync(join(path, 'token-b.json'), '');
    for (let round = 0; round < 5; round += 1) await watched.read();
    expect(said).toEqual([
      expect.stringMatching(
        /^tokens\.json in .* is damaged: put it back, or replace it by \{"tokens":\[\]\}/,
      ),
      expect.stringMatching(/^token-b\.json in .* is damaged: put it back, or revoke the token/),
    ]);
    expect([watched.status('a'), watched.status('b')]).toEqual(['good', 'good']);
    expect(watched.status('c')).toBeInstanceOf(StateError);
    await watched.add(record('d'));
    expect(readFileSync(join(path, 'tokens.json'), 'utf8')).toBe('{"tokens":[{}]}');
    writeFileSync(join(path, 'tokens.json'), older('c'));
    await watched.remove('b');
    expect(watched.status('c')).toBe('good');
    expect(said.slice(2)).toEqual([expect.stringMatching(/^The tokens in .* can be read again/)]);
  });

  it('is an error for the folder after a few seconds, and recovers with the folder', async () => {
    const { store: watched, said } = trouble();
    await watched.keyForSigning();
    await watched.add(record('a'));
    renameSync(path, `${path}-elsewhere`);
    writeFileSync(path, 'no folder');
    await expect(watched.read()).rejects.toThrow(/^Cannot look into .* \(ENOTDIR\)/);
    expect(watched.status('a')).toBe('good');
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + 6000);
    expect(watched.status('a')).toBeInstanceOf(StateError);
    vi.restoreAllMocks();
    rmSync(path);
    renameSync(`${path}-elsewhere`, path);
    await watched.read();
    expect(watched.status('a')).toBe('good');
    expect(said).toEqual([expect.stringMatching(/ENOTDIR/), expect.stringMatching(/can be read again/)]);
  });

  it('is noticed although the file is as long as before', async () => {
    await createToken(store, REQUEST);
    const { size } = statSync(join(path, 'signing-key'));
    writeFileSync(join(path, 'signing-key'), ' '.repeat(size));
    await expect(store.key()).rejects.toThrow(/is damaged/);
  });

  it.runIf(process.getuid?.() !== 0)(
    'for want of rights is noticed, and that they are there again',
    async () => {
      await createToken(store, REQUEST);
      chmodSync(join(path, 'signing-key'), 0);
      await expect(store.key()).rejects.toThrow(/EACCES.*give it to the user that the agent runs as/);
      chmodSync(join(path, 'signing-key'), 0o600);
      expect(await store.key()).not.toBeNull();
    },
  );
});
