import { CLOSE_CODES } from '../protocol/close-codes.ts';

/**
 * State of a client's connection to its agent.
 * - `connecting`: the first attempt is under way
 * - `connected`: welcomed; samples come over `transport`
 * - `reconnecting`: lost, or never reached. `retryAtMs` is the clock's time of the next attempt, `null` during an attempt. With `isGoodbye`,
 *   the agent said that it ends, and `reason` why; with `isRefused`, `reason` comes from the agent itself or a proxy in front of it; with
 *   `isForToken`, this address is blocked for wrong tokens
 * - `disconnected`: on purpose, by `stop()`
 * - `error`: given up, since reconnecting unchanged would fail again; with `isForToken`, another token may work
 */
export type ConnectionStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected'; readonly transport: string }
  | {
      readonly state: 'reconnecting';
      readonly reason: string;
      readonly retryAtMs: number | null;
      readonly isGoodbye?: true;
      readonly isRefused?: true;
      readonly isForToken?: true;
    }
  | { readonly state: 'disconnected' }
  | { readonly state: 'error'; readonly reason: string; readonly isForToken?: true };

export const OFFLINE: ConnectionStatus = {
  state: 'reconnecting',
  reason: 'This device is offline',
  retryAtMs: null,
};

/** The reason for a loss that the agent did not explain. */
export function describeLoss(code: number, before: ConnectionStatus): string {
  if (code === CLOSE_CODES.slowConsumer) return 'This viewer was too slow to follow';
  return before.state === 'connected'
    ? 'The connection to the agent was lost'
    : 'The agent cannot be reached';
}
