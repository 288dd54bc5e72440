import type { Peer } from '../auth/peer.ts';

/** A program on this machine. */
export const LOCAL: Peer = {
  address: '127.0.0.1',
  origin: null,
  isTrustedOrigin: true,
  markAuthenticated: () => {},
};
