import { createHash, timingSafeEqual } from 'node:crypto';

/** Decides who may watch. */
export interface Authenticator {
  /** Whether a client must show a token before anything else. */
  readonly required: boolean;
  /** Whether `token` lets its bearer in. */
  verify(token: string): boolean;
}

/** Lets everyone in, and accepts whatever token is shown. */
export const openToEveryone: Authenticator = { required: false, verify: () => true };

/** Lets in who knows the secret. Digests are compared, so the time taken tells nothing, not even a length. */
export function sharedSecret(secret: string): Authenticator {
  const expected = digest(secret);
  return { required: true, verify: (token) => timingSafeEqual(digest(token), expected) };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
