import tls from 'node:tls';

/**
 * Certificates in PEM that a peer's own is verified with: the usual ones, and those of an operator.
 * @param path of the file with `text`
 * @throws Error whose message says that the file holds none
 */
export function trustedCertificates(path: string, text: string): readonly string[] {
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error(`${path} holds no certificate: give one or more in PEM`);
  return [...usualCertificates(), text];
}

/** Of OpenSSL, where the chain ends in nothing that is trusted. */
const UNTRUSTED =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_(?:UNTRUSTED|SIGNATURE_FAILURE|CHAIN_TOO_LONG))$/;

/** Whether an error of that code says that nobody who is trusted has signed a peer's certificate. */
export function isUntrusted(code: string | undefined): boolean {
  return code !== undefined && UNTRUSTED.test(code);
}

/** Those of NODE_EXTRA_CA_CERTS are among them where Node can tell. */
function usualCertificates(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: () => readonly string[] };
  return getCACertificates?.() ?? tls.rootCertificates;
}
