import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser, fromPublic } from '@nats-io/nkeys';
import { afterAll, expect, it } from 'vitest';
import { authenticate } from './credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'nats-credentials-'));
const NONCE = 'a challenge';
const user = createUser();
const seed = new TextDecoder().decode(user.getSeed());

afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, 'file');
  writeFileSync(path, text);
  return path;
}

function expectSigned(auth: ReturnType<typeof authenticate>): void {
  if (typeof auth !== 'object' || !('sig' in auth)) throw new Error('is not signed');
  const signature = Buffer.from(auth.sig, 'base64');
  const key = fromPublic(user.getPublicKey());
  expect(key.verify(new TextEncoder().encode(NONCE), signature)).toBe(true);
}

it('signs a challenge with a seed, whatever stands around it', () => {
  const auth = authenticate(fileOf(`# web-1\n${seed}\n`), NONCE);
  expect(auth).toMatchObject({ nkey: user.getPublicKey() });
  expectSigned(auth);
});

it('signs a challenge with a credentials file of NATS', () => {
  const text = [
    '-----BEGIN NATS USER JWT-----\na.jwt\n------END NATS USER JWT------\n',
    `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
  ].join('\n');
  const auth = authenticate(fileOf(text), NONCE);
  expect(auth).toMatchObject({ jwt: 'a.jwt' });
  expectSigned(auth);
});

it.each([
  ['is empty', ''],
  ['holds something else', 'secret'],
  // Not its last letter: some of that one's bits mean nothing.
  [
    'holds a seed with a wrong checksum',
    `${seed.slice(0, 30)}${seed[30] === 'A' ? 'B' : 'A'}${seed.slice(31)}`,
  ],
  [
    'holds credentials without a seed',
    '-----BEGIN NATS USER JWT-----\na.jwt\n------END NATS USER JWT------\n',
  ],
])('names a file that %s, and never what is in it', (_what, text) => {
  const path = fileOf(text);
  expect(() => authenticate(path, NONCE)).toThrow(
    `${path} holds neither the seed of a user's nkey (SU…) nor credentials of NATS: name another file.`,
  );
});

it.each([
  ['/nowhere/web-1.nk', /^\/nowhere\/web-1\.nk does not exist: name another file/],
  ['/dev', /^\/dev is no file/],
  ['/dev/zero', /^\/dev\/zero is no file/],
])('names %s, which is no readable file', (path, message) => {
  expect(() => authenticate(path, NONCE)).toThrow(message);
});
