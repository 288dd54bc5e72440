import { fromSeed } from '@nats-io/nkeys';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureKeys, hostsIn } from './key-files.ts';

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'nats-keys-')), 'keys');
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

function publicKeyIn(name: string): string {
  return fromSeed(new TextEncoder().encode(readFileSync(join(folder, name), 'utf8').trim())).getPublicKey();
}

function content(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('the keys of a fleet', () => {
  it('are seeds of their own for the admin, the gateway and each host, readable by their owner alone', async () => {
    const { users, made } = await ensureKeys(folder, ['web-1', 'admin']);
    const names = ['admin.nk', 'gateway.nk', 'host-admin.nk', 'host-web-1.nk'];
    expect(readdirSync(folder).toSorted()).toEqual(names);
    expect(made.toSorted()).toEqual(names.map((name) => join(folder, name)));
    expect(names.map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600, 0o600,
    ]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const keys = [users.admin, users.gateway, ...users.hosts.values()];
    expect(new Set(keys).size).toBe(4);
    expect(keys).toEqual(['admin.nk', 'gateway.nk', 'host-admin.nk', 'host-web-1.nk'].map(publicKeyIn));
    for (const text of Object.values(content())) expect(text).toMatch(/^SU[A-Z2-7]{56}\n$/);
  });

  it('are never written again, and hosts of earlier times stay users', async () => {
    await ensureKeys(folder, ['web-1']);
    const before = content();
    const { users, made } = await ensureKeys(folder, ['db-1', 'web-1']);
    expect(made).toEqual([join(folder, 'host-db-1.nk')]);
    expect([...users.hosts.keys()]).toEqual(['db-1', 'web-1']);
    expect(content()).toMatchObject(before);
    expect(await hostsIn(folder)).toEqual(expect.arrayContaining(['db-1', 'web-1']));
  });

  it('that others can read are told', async () => {
    await ensureKeys(folder, ['web-1']);
    const path = join(folder, 'host-web-1.nk');
    chmodSync(path, 0o640);
    expect(await ensureKeys(folder, [])).toMatchObject({ made: [], exposed: [path] });
  });

  it.each([
    ['empty', ''],
    ['of an account', 'SAAMPF4AAX2LQYEKR7WPQLYAHUXQ6CLBMBPDTVUGWRRUB7ALPGEUSRRVXE\n'],
    ['cut', 'SUAMPF4AAX2LQYEKR7WPQLYAHUXQ6CL\n'],
  ])('that are %s are named, with what to do, and left alone', async (_, text) => {
    await ensureKeys(folder, []);
    const path = join(folder, 'admin.nk');
    writeFileSync(path, text);
    await expect(ensureKeys(folder, [])).rejects.toThrow(
      `${path} holds no seed of a user (SU…): put the right one there, or remove the file to have one made.`,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('in a folder that cannot be are no crash', async () => {
    await expect(ensureKeys('/dev/null/keys', [])).rejects.toThrow(
      /^\/dev\/null\/keys cannot be used \(ENOTDIR\): name a folder of your own with --keys\.$/,
    );
    expect(await hostsIn(join(folder, 'none'))).toEqual([]);
  });
});
