import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOCAL } from '../testing/local-peer.ts';
import type { Peer } from './peer.ts';
import { AuthFailures } from './auth-failures.ts';
import { Authenticator, type AuthenticatorOptions } from './authenticator.ts';
import { EVERYTHING, isAllowed, type Grant } from './grant.ts';
import { createToken, SignedTokens, type TokenRequest } from './signed-tokens.ts';
import { StateError } from './state-error.ts';
import { StateFolder } from './state-folder.ts';
import { TokenStore } from './token-store.ts';

const PAGE = 'https://page.example';
const FOREIGN: Peer = { ...LOCAL, address: '192.0.2.1', origin: PAGE, isTrustedOrigin: false };
const ONLY_CPU: TokenRequest = {
  label: 'status page',
  metrics: ['cpu'],
  tables: [],
  hosts: ['*'],
  origins: [PAGE],
  expiresAtMs: null,
};

let path: string;
let store: TokenStore;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  store = new TokenStore(new StateFolder(path));
});
afterEach(() => rmSync(path, { recursive: true }));

function authenticator(options: Partial<AuthenticatorOptions> = {}): Authenticator {
  return new Authenticator({
    anonymous: null,
    adminSecret: null,
    tokens: new SignedTokens(store),
    failures: new AuthFailures(),
    ...options,
  });
}

/** The grant of a token that is good on the page. */
async function grantFor(token: string, guarded = authenticator()): Promise<Grant> {
  const verdict = await guarded.verify(token, FOREIGN);
  if (verdict === null || verdict === 'wrong_origin') throw new TypeError(`refused: ${verdict}`);
  return verdict;
}

describe('without a secret', () => {
  it('everything is open to programs and trusted origins, whatever token they send', async () => {
    const open = authenticator({ anonymous: EVERYTHING });
    expect(open.anonymous(LOCAL)).toMatchObject({ scope: EVERYTHING, isAdmin: false });
    expect(await open.verify('anything', LOCAL)).toMatchObject({ scope: EVERYTHING, isAdmin: false });
  });

  it('nothing is open to a page of another origin', async () => {
    const open = authenticator({ anonymous: EVERYTHING });
    expect(open.anonymous(FOREIGN)).toBeNull();
    expect(await open.verify('anything', FOREIGN)).toBeNull();
  });
});

describe('who sees an alert', () => {
  const seen = (scope: Partial<typeof EVERYTHING>, metric: string | null): boolean =>
    isAllowed({ scope: { ...EVERYTHING, ...scope }, isAdmin: false }, { kind: 'alert', host: 'a', metric });

  it('sees its host and its series', () => {
    expect([seen({}, 'cpu'), seen({ metrics: ['cpu'] }, 'cpu'), seen({ hosts: ['a'] }, null)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([seen({ metrics: ['memory'] }, 'cpu'), seen({ hosts: ['b'] }, 'cpu')]).toEqual([false, false]);
    expect([seen({ hosts: ['b'] }, null), seen({ metrics: [] }, null)]).toEqual([false, true]);
  });

  it('sees rules, channels and silences only with everything else', () => {
    const grant = { scope: EVERYTHING, isAdmin: false };
    expect(isAllowed(grant, { kind: 'alertSettings' })).toBe(true);
    for (const part of [{ metrics: ['cpu'] }, { tables: [] }, { hosts: ['a'] }])
      expect(isAllowed({ ...grant, scope: { ...EVERYTHING, ...part } }, { kind: 'alertSettings' })).toBe(
        false,
      );
  });
});

describe('a secret', () => {
  it('makes its bearer an admin, and grants others nothing', async () => {
    const guarded = authenticator({ adminSecret: 's3cret' });
    expect(guarded.anonymous(LOCAL)).toBeNull();
    expect(await guarded.verify('s3cret', LOCAL)).toMatchObject({ scope: EVERYTHING, isAdmin: true });
    for (const wrong of ['', 's3cre', 's3cret ', 'S3CRET']) {
      expect(await guarded.verify(wrong, { ...LOCAL, address: `127.0.0.${wrong.length}` })).toBeNull();
    }
  });

  it('makes every other token invalid, even if something is open to everyone', async () => {
    const guarded = authenticator({ adminSecret: 's3cret', anonymous: EVERYTHING });
    expect(guarded.anonymous(LOCAL)).not.toBeNull();
    expect(await guarded.verify('wrong', LOCAL)).toBeNull();
  });

  it('guessed wrong five times blocks no one from what is open to everyone', async () => {
    const open = authenticator({ adminSecret: 's3cret', anonymous: EVERYTHING });
    for (let i = 0; i < 5; i += 1) await open.verify('wrong', LOCAL);
    expect(open.blockedForMs(LOCAL)).toBe(0);
    expect(open.blockedForMs({ ...LOCAL, isTrustedOrigin: false })).toBeGreaterThan(0);
    expect(await open.verify('s3cret', LOCAL)).toBeNull();
  });

  it('is not even compared for an address that has sent five wrong ones within a minute', async () => {
    const guarded = authenticator({ adminSecret: 's3cret' });
    for (let i = 0; i < 5; i += 1) expect(await guarded.verify('wrong', FOREIGN)).toBeNull();
    expect(await guarded.verify('s3cret', FOREIGN)).toBeNull();
    expect(guarded.blockedForMs(FOREIGN)).toBeGreaterThan(55_000);
    expect(await guarded.verify('s3cret', LOCAL)).not.toBeNull();
  });
});

describe('a signed token', () => {
  it('is worth what it was made for, and only on pages of its origins', async () => {
    const { token, record } = await createToken(store, ONLY_CPU);
    const guarded = authenticator();
    const grant = await grantFor(token, guarded);
    expect(grant).toEqual({
      scope: { metrics: ['cpu'], tables: [], hosts: ['*'] },
      isAdmin: false,
      tokenId: record.id,
      expiresInMs: null,
    });
    expect(isAllowed(grant, { kind: 'metric', name: 'cpu' })).toBe(true);
    expect(isAllowed(grant, { kind: 'metric', name: 'cpu.core.0' })).toBe(false);
    expect(isAllowed(grant, { kind: 'table', name: 'processes' })).toBe(false);
    expect(isAllowed(grant, { kind: 'hostDetails' })).toBe(false);
    expect(isAllowed(grant, { kind: 'tokens' })).toBe(false);
    expect(await guarded.verify(token, { ...FOREIGN, origin: 'https://page.example.evil' })).toBe(
      'wrong_origin',
    );
    expect(await guarded.verify(token, LOCAL)).toBe('wrong_origin');
  });

  it('may do what it was made for, beside seeing', async () => {
    const everything = { ...ONLY_CPU, metrics: ['*'], tables: ['*'] };
    const plain = await grantFor((await createToken(store, everything)).token);
    const writer = await grantFor((await createToken(store, { ...everything, may: ['alerts:write'] })).token);
    const other = await grantFor((await createToken(store, { ...everything, may: ['tea:make'] })).token);
    const mayChange = [plain, writer, other].map((grant) => isAllowed(grant, { kind: 'alertChanges' }));
    expect(mayChange).toEqual([false, true, false]);
    expect(isAllowed(writer, { kind: 'tokens' })).toBe(false);
    expect(isAllowed({ ...plain, isAdmin: true }, { kind: 'alertChanges' })).toBe(true);
  });

  it('is not needed to change alerts on an open agent, but from a page of another origin', () => {
    const open = new Authenticator({
      anonymous: EVERYTHING,
      anonymousMay: ['alerts:write'],
      allowOrigins: [PAGE],
      adminSecret: null,
      tokens: new SignedTokens(store),
      failures: new AuthFailures(5),
    });
    const mayChange = [null, 'http://localhost:8080', PAGE].map((origin) => {
      const grant = open.anonymous({ ...LOCAL, origin });
      return grant !== null && isAllowed(grant, { kind: 'alertChanges' });
    });
    expect(mayChange).toEqual([true, true, false]);
  });

  it('is no longer for a permission that it does not have', async () => {
    const plain = await createToken(store, ONLY_CPU);
    const payload = Buffer.from(plain.token.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(payload)).not.toHaveProperty('may');
  });

  it('grants nothing once it is revoked, by this process or another', async () => {
    const { token, record } = await createToken(store, ONLY_CPU);
    const guarded = authenticator();
    const grant = await grantFor(token, guarded);
    expect(guarded.status(grant)).toBe('good');
    await new TokenStore(new StateFolder(path)).remove(record.id);
    await store.read();
    expect(guarded.status(grant)).toBe('revoked');
    expect(await guarded.verify(token, FOREIGN)).toBeNull();
  });

  it('has a known expiry, and grants nothing after it', async () => {
    const guarded = authenticator();
    const soon = await createToken(store, { ...ONLY_CPU, expiresAtMs: Date.now() + 60_000 });
    expect((await grantFor(soon.token, guarded)).expiresInMs).toBeGreaterThan(50_000);
    const past = await createToken(store, { ...ONLY_CPU, expiresAtMs: Date.now() - 1000 });
    expect(await guarded.verify(past.token, FOREIGN)).toBeNull();
  });

  it('does not count as a guess when it has expired, so that a wrong clock blocks no one for longer', async () => {
    const guarded = authenticator();
    const { token } = await createToken(store, { ...ONLY_CPU, expiresAtMs: Date.now() + 60_000 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      for (let i = 0; i < 6; i += 1) expect(await guarded.verify(token, FOREIGN)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
    expect(guarded.blockedForMs(FOREIGN)).toBe(0);
    expect(await guarded.verify(token, FOREIGN)).not.toBeNull();
  });

  it.each([
    ['the key is empty', () => writeFileSync(join(path, 'signing-key'), '')],
    ['the key is torn', () => writeFileSync(join(path, 'signing-key'), 'c2hvcnQ')],
    ['the key is missing', () => rmSync(join(path, 'signing-key'))],
    ['its record is missing', (id: string) => rmSync(join(path, `token-${id}.json`))],
    ['the folder is missing', () => rmSync(path, { recursive: true })],
  ])(
    'cannot be looked at when %s: nothing is counted, and it is good as soon as that is well',
    async (_what, damage) => {
      const guarded = authenticator();
      const { token, record } = await createToken(store, ONLY_CPU);
      await guarded.verify(token, FOREIGN);
      cpSync(path, `${path}-whole`, { recursive: true });
      damage(record.id);
      for (let i = 0; i < 6; i += 1) await expect(guarded.verify(token, FOREIGN)).rejects.toThrow(StateError);
      expect(guarded.blockedForMs(FOREIGN)).toBe(0);
      cpSync(`${path}-whole`, path, { recursive: true });
      rmSync(`${path}-whole`, { recursive: true });
      expect(await guarded.verify(token, FOREIGN)).not.toBeNull();
    },
  );

  it.each([
    ['without a signature', { alg: 'none' }, ''],
    ['signed with another algorithm', { alg: 'HS512', typ: 'JWT' }, undefined],
    ['of another type', { alg: 'HS256', typ: 'at+jwt' }, undefined],
  ])('%s grants nothing', async (_title, header, signature) => {
    const { token, record } = await createToken(store, ONLY_CPU);
    const claims = token.split('.')[1] ?? '';
    const head = Buffer.from(JSON.stringify(header)).toString('base64url');
    const signed = signature ?? (await signWithStoreKey(header, claims));
    const forged = `${head}.${claims}.${signed}`;
    expect(store.status(record.id)).toBe('good');
    expect(await authenticator().verify(forged, FOREIGN)).toBeNull();
  });

  it('grants nothing with foreign claims: audience, issuer, id, lists, an expiry beyond all time', async () => {
    const { record } = await createToken(store, ONLY_CPU);
    const good = {
      iss: 'metrics-panel',
      aud: 'metrics-panel',
      jti: record.id,
      metrics: ['*'],
      tables: [],
      hosts: ['*'],
      origins: [],
    };
    expect((await grantFor(await forge(good))).scope.metrics).toEqual(['*']);
    const bad = [
      { ...good, aud: 'another' },
      { ...good, iss: 'another' },
      { ...good, jti: undefined },
      { ...good, metrics: '*' },
      { ...good, origins: undefined },
      { ...good, exp: '1e999' },
      { ...good, exp: -1 },
    ];
    for (const [index, claims] of bad.entries()) {
      const peer = { ...FOREIGN, address: `192.0.2.${index + 10}` };
      expect(await authenticator().verify(await forge(claims), peer)).toBeNull();
    }
    // Never created, or its record is lost: the signature proves that it was created here.
    await expect(authenticator().verify(await forge({ ...good, jti: 'another' }), FOREIGN)).rejects.toThrow(
      StateError,
    );
    const huge = await grantFor(await forge({ ...good, exp: 1e300 }));
    expect(huge.expiresInMs).toBeGreaterThan(1e300);
  });
});

/** A token with these claims, signed with the store's key. */
async function forge(claims: Record<string, unknown>): Promise<string> {
  const header = { alg: 'HS256', typ: 'JWT' };
  const encoded = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return `${encoded.join('.')}.${await signWithStoreKey(header, encoded[1] ?? '')}`;
}

async function signWithStoreKey(header: { readonly alg: string }, claims: string): Promise<string> {
  const { createHmac } = await import('node:crypto');
  const digest = header.alg === 'HS512' ? 'sha512' : 'sha256';
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  return createHmac(digest, (await store.key()) ?? '')
    .update(`${head}.${claims}`)
    .digest('base64url');
}
