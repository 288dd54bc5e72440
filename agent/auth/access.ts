import { isLoopback } from './loopback.ts';
import { ownSecret, type OwnSecret } from './admin-secret.ts';
import { AuthFailures } from './auth-failures.ts';
import { Authenticator, type AuthenticatorOptions } from './authenticator.ts';
import { EVERYTHING, type Scope } from './grant.ts';
import { SignedTokens } from './signed-tokens.ts';
import { StateFolder } from './state-folder.ts';
import { TokenStore } from './token-store.ts';
import type { TellTrouble } from './trouble-log.ts';

export interface AccessOptions {
  /** Address or name that is listened to. */
  readonly host: string;
  readonly token: string | null;
  readonly anonymous: Scope | null;
  readonly maxWrongTokens: number;
  readonly stateFolder: string;
  readonly allowHosts: readonly string[];
  readonly trustedProxies: readonly string[];
}

/** Told what goes on while the agent runs. */
export interface ToldByAccess extends Pick<AuthenticatorOptions, 'shownElsewhere'> {
  /** What is wrong with its state folder, and when that is over. */
  readonly trouble?: TellTrouble;
}

/** Who may see what, as the settings say. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly tokens: TokenStore;
  /** What is open to everyone who reaches the agent. */
  readonly anonymous: Scope | null;
  /** A secret that the agent made for itself; `null` where none was needed. */
  readonly ownSecret: OwnSecret | null;
}

/**
 * Open only to this machine unless told otherwise: an agent that others can reach asks for a token, and where it has none, it makes
 * itself one, also beside a part that everyone may see.
 * @throws StateError when it cannot keep that
 */
export async function createAccess(
  { host, token, anonymous, maxWrongTokens, stateFolder, ...requestGuard }: AccessOptions,
  { trouble, ...told }: ToldByAccess = {},
): Promise<Access> {
  const folder = new StateFolder(stateFolder);
  const tokens = new TokenStore(folder, trouble);
  const isForOthers = !isForThisMachine(host, requestGuard);
  const isOpen = token === null && anonymous === null && !isForOthers;
  const own = token === null && isForOthers ? await ownSecret(folder) : null;
  const open = isOpen ? EVERYTHING : anonymous;
  return {
    authenticator: new Authenticator({
      anonymous: open,
      adminSecret: token ?? own?.secret ?? null,
      tokens: new SignedTokens(tokens),
      failures: new AuthFailures(maxWrongTokens),
      ...told,
    }),
    tokens,
    anonymous: open,
    ownSecret: own,
  };
}

/** With another name or a reverse proxy, who comes from this machine may come for anybody. */
function isForThisMachine(
  host: string,
  { allowHosts, trustedProxies }: Pick<AccessOptions, 'allowHosts' | 'trustedProxies'>,
): boolean {
  return isLoopback(host) && allowHosts.length === 0 && trustedProxies.length === 0;
}
