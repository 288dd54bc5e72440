import { isLoopback } from '../addresses.ts';
import { ownSecret, type OwnSecret } from './admin-secret.ts';
import { AuthFailures } from './auth-failures.ts';
import { Authenticator, type AuthenticatorOptions } from './authenticator.ts';
import { EVERYTHING, PERMISSIONS, type Scope } from './grant.ts';
import type { ReportProblem } from './problem-reporter.ts';
import { SignedTokens } from './signed-tokens.ts';
import { StateFolder } from './state-folder.ts';
import { TokenStore } from './token-store.ts';

export interface AccessOptions {
  /** Address or name that the agent listens on. */
  readonly host: string;
  readonly token: string | null;
  readonly anonymous: Scope | null;
  readonly maxWrongTokens: number;
  readonly stateFolder: string;
  readonly allowHosts: readonly string[];
  readonly allowOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
}

/** Called while the agent runs. */
export interface AccessListeners extends Pick<AuthenticatorOptions, 'onWrongOrigin'> {
  /** Problems of the state folder. */
  readonly onProblem?: ReportProblem;
}

/** Who may see what, from the settings. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly tokens: TokenStore;
  /** Scope without a token. */
  readonly anonymous: Scope | null;
  /** The secret that the agent generated; `null` if it needed none. */
  readonly ownSecret: OwnSecret | null;
}

/**
 * Open without a token only while nothing but this machine can reach the agent, and then for everything but tokens. Otherwise an agent without a secret generates one, even if
 * `anonymous` opens a part of it.
 * @throws StateError if the secret cannot be stored
 */
export async function createAccess(
  { host, token, anonymous, maxWrongTokens, stateFolder, ...requestGuard }: AccessOptions,
  { onProblem, ...listeners }: AccessListeners = {},
): Promise<Access> {
  const folder = new StateFolder(stateFolder);
  const tokens = new TokenStore(folder, onProblem);
  const isReachable = !isLocalOnly(host, requestGuard);
  const isOpen = token === null && anonymous === null && !isReachable;
  const own = token === null && isReachable ? await ownSecret(folder) : null;
  const open = isOpen ? EVERYTHING : anonymous;
  return {
    authenticator: new Authenticator({
      anonymous: open,
      anonymousMay: isOpen ? PERMISSIONS : [],
      allowOrigins: requestGuard.allowOrigins,
      adminSecret: token ?? own?.secret ?? null,
      tokens: new SignedTokens(tokens),
      failures: new AuthFailures(maxWrongTokens),
      ...listeners,
    }),
    tokens,
    anonymous: open,
    ownSecret: own,
  };
}

/** With another host name or a trusted proxy, a connection from this machine may come from anywhere. */
function isLocalOnly(
  host: string,
  { allowHosts, trustedProxies }: Pick<AccessOptions, 'allowHosts' | 'trustedProxies'>,
): boolean {
  return isLoopback(host) && allowHosts.length === 0 && trustedProxies.length === 0;
}
