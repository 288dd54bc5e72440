import { expect, it } from 'vitest';
import { openToEveryone, sharedSecret } from './authenticator.ts';

it('without a secret no token is required and any is accepted', () => {
  expect(openToEveryone.required).toBe(false);
  expect(openToEveryone.verify('anything')).toBe(true);
});

it('a shared secret lets in its bearer and nobody else', () => {
  const authenticator = sharedSecret('s3cret');
  expect(authenticator.required).toBe(true);
  expect(authenticator.verify('s3cret')).toBe(true);
  for (const wrong of ['', 's3cre', 's3cret ', 'S3CRET']) expect(authenticator.verify(wrong)).toBe(false);
});
