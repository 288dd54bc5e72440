/** Loaded unless a panel has no badge. */
export { ConnectionBadge } from '../../connection-badge/connection-badge.ts';
