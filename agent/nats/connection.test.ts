import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { natsOptions } from './connection.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function certificatesOf(text: string): string {
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, text);
  const options = natsOptions({ servers: ['tls://broker:4222'], credentialsFile: null, caFile }, 'web-1');
  return (options.tls as { readonly ca: string }).ca;
}

it.skipIf(!('setDefaultCACertificates' in tls))(
  'trusts the certificates of the operator beside all that Node trusts',
  () => {
    const [one = ''] = tls.rootCertificates;
    tls.setDefaultCACertificates([one]);
    try {
      const [, ...others] = certificatesOf(`${one}\n# again`).split('-----BEGIN CERTIFICATE-----');
      expect(others).toHaveLength(2);
    } finally {
      tls.setDefaultCACertificates([...tls.rootCertificates]);
    }
  },
);

it('says so if the file holds no certificate', () => {
  expect(() => certificatesOf('no certificate')).toThrow(
    'ca.pem holds no certificate: give one or more in PEM',
  );
});
