import { tmpdir } from 'node:os';
import { AuthFailures } from '../auth/auth-failures.ts';
import { Authenticator, type TokenVerifier } from '../auth/authenticator.ts';
import { EVERYTHING } from '../auth/grant.ts';
import { SignedTokens } from '../auth/signed-tokens.ts';
import { StateFolder } from '../auth/state-folder.ts';
import { TokenStore } from '../auth/token-store.ts';

/** An authenticator that requires `secret` or one of `tokens`, as `verifier` finds them; open without a secret. */
export function testAuthenticator(
  secret: string | null,
  tokens = new TokenStore(new StateFolder(`${tmpdir()}/metrics-panel-none`)),
  verifier: TokenVerifier = new SignedTokens(tokens),
): Authenticator {
  return new Authenticator({
    anonymous: secret === null ? EVERYTHING : null,
    adminSecret: secret,
    tokens: verifier,
    failures: new AuthFailures(),
  });
}
