import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/** The name that Node takes where it is told none. */
const NO_NAME = 'localhost';

/**
 * Checks whom a certificate is for. The client library names no server that it reaches by an address, so that Node would compare the certificate
 * with `localhost` (findings/nats-js-takes-an-address-for-localhost.sh).
 * @param servers their URLs
 */
export function identityCheck(
  servers: readonly string[],
): (name: string, certificate: PeerCertificate) => Error | undefined {
  const hosts = servers.map((server) => new URL(server).hostname.replaceAll(/^\[|\]$/g, ''));
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  return (name, certificate) => {
    if (name !== NO_NAME || hosts.includes(NO_NAME) || addresses.length === 0)
      return checkServerIdentity(name, certificate);
    const problems = addresses.map((address) => checkServerIdentity(address, certificate));
    return problems.includes(undefined) ? undefined : problems[0];
  };
}
