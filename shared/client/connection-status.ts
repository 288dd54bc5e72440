/**
 * Where a client stands with its agent.
 * - `connecting`: the first attempt is under way
 * - `connected`: welcomed; samples come over `transport`
 * - `reconnecting`: lost, or never reached; `retryAtMs` is the clock's time of the next attempt, `null` while one runs. With `isRefused`,
 *   `reason` is what the agent itself said, or what stands before it; with `isForToken`, too many wrong tokens were shown from here
 * - `disconnected`: on purpose, by `stop()`
 * - `error`: given up; coming back unchanged would fail again, but with another token it may not where `isForToken` is there
 */
export type ConnectionStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected'; readonly transport: string }
  | {
      readonly state: 'reconnecting';
      readonly reason: string;
      readonly retryAtMs: number | null;
      readonly isRefused?: true;
      readonly isForToken?: true;
    }
  | { readonly state: 'disconnected' }
  | { readonly state: 'error'; readonly reason: string; readonly isForToken?: true };
