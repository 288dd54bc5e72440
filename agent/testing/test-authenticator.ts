import { tmpdir } from 'node:os';
import { AuthFailures } from '../auth/auth-failures.ts';
import { Authenticator } from '../auth/authenticator.ts';
import { EVERYTHING } from '../auth/grant.ts';
import { SignedTokens } from '../auth/signed-tokens.ts';
import { StateFolder } from '../auth/state-folder.ts';
import { TokenStore } from '../auth/token-store.ts';

/** An authenticator that requires `secret` or one of `tokens`; open without a secret. */
export function testAuthenticator(
  secret: string | null,
  tokens = new TokenStore(new StateFolder(`${tmpdir()}/metrics-panel-none`)),
): Authenticator {
  return new Authenticator({
    anonymous: secret === null ? EVERYTHING : null,
    adminSecret: secret,
    tokens: new SignedTokens(tokens),
    failures: new AuthFailures(),
  });
}
