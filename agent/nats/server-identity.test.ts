import type { PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { identityCheck } from './server-identity.ts';

const certificateFor = (subjectaltname: string): PeerCertificate =>
  ({ subject: { CN: 'x' }, subjectaltname }) as unknown as PeerCertificate;
const HERE = certificateFor('IP Address:10.0.0.5');
const LOCALHOST = certificateFor('DNS:localhost');

describe('the certificate of a server', () => {
  it('that is reached by its address is for that address, and not for localhost', () => {
    const check = identityCheck(['tls://10.0.0.5:4222', 'tls://[fd00::7]:4222']);
    expect(check('localhost', HERE)).toBeUndefined();
    expect(check('localhost', certificateFor('IP Address:FD00:0:0:0:0:0:0:7'))).toBeUndefined();
    expect(check('localhost', LOCALHOST)).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(check('localhost', certificateFor('IP Address:10.0.0.6'))).toBeInstanceOf(Error);
  });

  it('that is reached by its name is for that name', () => {
    const check = identityCheck(['tls://nats.example.com', 'tls://10.0.0.5']);
    expect(check('nats.example.com', certificateFor('DNS:nats.example.com'))).toBeUndefined();
    expect(check('nats.example.com', HERE)).toBeInstanceOf(Error);
    expect(identityCheck(['tls://localhost:4222'])('localhost', LOCALHOST)).toBeUndefined();
    expect(identityCheck(['tls://localhost:4222'])('localhost', HERE)).toBeInstanceOf(Error);
  });
});
