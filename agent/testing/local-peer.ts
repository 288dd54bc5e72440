import type { Peer } from '../sessions/connection.ts';

/** A program on this machine. */
export const LOCAL: Peer = {
  address: '127.0.0.1',
  origin: null,
  isTrustedOrigin: true,
  markAuthenticated: () => {},
};
