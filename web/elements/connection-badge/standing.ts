import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';

/**
 * How live what is shown is: as the connection, and, where that is good, as the samples.
 * - `silent`: none came for longer than their interval explains; `sinceMs` is the clock's time of the last
 * - `catchingUp`: those of the past are still to come, or the first one of the present
 */
export type Standing =
  | ConnectionStatus
  | { readonly state: 'silent'; readonly transport: string; readonly sinceMs: number }
  | { readonly state: 'catchingUp' };
