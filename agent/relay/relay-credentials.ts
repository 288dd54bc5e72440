import { readSecretFile } from '../outbound/secret-file.ts';
import { trustedCertificates } from '../outbound/trusted-certificates.ts';
import type { RelaySettings } from '../config.ts';

/** What a connection to another agent takes. */
export interface RelayCredentials {
  readonly token: string | undefined;
  /** Certificates in PEM that its own is verified with; `undefined` for those that everybody trusts. */
  readonly ca: readonly string[] | undefined;
}

/**
 * Reads token and certificates for an address. Called for each connection, so that both can be changed without a restart.
 * @param url as in the settings
 * @throws Error that says what is wrong with which file; it holds no secret
 */
export async function readRelayCredentials(
  { tokensFile, caFile }: Pick<RelaySettings, 'tokensFile' | 'caFile'>,
  url: string,
): Promise<RelayCredentials> {
  const tokens = tokensFile === null ? '' : await readSecretFile(tokensFile);
  return {
    token: tokensFile === null ? undefined : tokenOf(tokensFile, tokens, url),
    ca: caFile === null ? undefined : trustedCertificates(caFile, await readSecretFile(caFile)),
  };
}

function tokenOf(file: string, text: string, url: string): string | undefined {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [, address = '', token] = /^\s*(\S+)\s+([\x21-\x7e]+)\s*$/.exec(line) ?? [];
    if (token === undefined || !URL.canParse(address))
      throw new Error(`Line ${index + 1} of ${file} is not an address and a token with a space between them`);
    if (new URL(address).href === url) return token;
  }
  return undefined;
}
