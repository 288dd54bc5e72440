import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../testing/self-signed.ts';
import { readRelayCredentials } from './relay-credentials.ts';

const URL = 'https://web-1:8080/';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(tokens: string | null, ca: string | null = null) {
  const [tokensFile, caFile] = [tokens, ca].map((text, index) => {
    if (text === null) return null;
    const path = join(folder, index === 0 ? 'tokens' : 'ca.pem');
    writeFileSync(path, text);
    return path;
  });
  return readRelayCredentials({ tokensFile: tokensFile ?? null, caFile: caFile ?? null }, URL);
}

describe('credentials for a far agent', () => {
  it('are none without files', async () => {
    expect(await read(null)).toEqual({ token: undefined, ca: undefined });
  });

  it('have the token of that address, however it is written, and of no other', async () => {
    const text =
      '# ours\n\nhttps://web-2:8080 second\n  https://WEB-1:8080\tfirst  \r\nhttps://web-1:8080/panel third\n';
    expect((await read(text)).token).toBe('first');
    expect((await read('https://web-1:8081 other')).token).toBeUndefined();
    expect((await read('http://web-1:8080 other')).token).toBeUndefined();
  });

  it.each(['hunter2', 'web-1 hunter2', 'https://web-1:8080 hunter2 more', 'https://web-1:8080 hünter2'])(
    'name the line that is none, but not what it says: %j',
    async (line) => {
      const error = await read(`# tokens\n${line}`).catch((reason: unknown) => reason);
      expect(String(error)).toContain(`Line 2 of ${join(folder, 'tokens')} is not an address and a token`);
      expect(String(error)).not.toContain('nter2');
    },
  );

  it('trust an own authority beside those that everybody trusts', async () => {
    const { cert } = selfSigned('far');
    const { ca } = await read(null, cert);
    expect(ca?.at(-1)).toBe(cert.trim());
    expect(ca?.length).toBeGreaterThan(tls.rootCertificates.length / 2);
  });

  it('name a file that holds no certificate, or is not there', async () => {
    await expect(read(null, 'hunter2')).rejects.toThrow(
      `${join(folder, 'ca.pem')} holds no certificate: give one or more in PEM`,
    );
    await expect(readRelayCredentials({ tokensFile: '/nowhere/tokens', caFile: null }, URL)).rejects.toThrow(
      '/nowhere/tokens cannot be read (ENOENT)',
    );
  });
});
