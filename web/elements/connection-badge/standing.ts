import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';

/**
 * The state of the connection and, once connected, of its samples.
 * - `silent`: samples are overdue; `sinceMs` is when the last one arrived, on the browser's clock
 * - `catchingUp`: backfill is still arriving, or the first present sample has not arrived yet
 * - `hostDown`, `hostUnknown`: the agent is connected, but the host whose samples it passes on is down, or nothing is known of it
 */
export type Standing =
  | ConnectionStatus
  | { readonly state: 'silent'; readonly transport: string; readonly sinceMs: number }
  | { readonly state: 'catchingUp' | 'hostDown' | 'hostUnknown' };
