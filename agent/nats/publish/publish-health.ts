import type { LogHealth } from './log-sender.ts';

/** Whether this host is published. */
export type PublishHealth =
  | { readonly state: 'ok'; readonly name: string; readonly log: LogHealth }
  /** `away`: not connected, and it is tried again. `replaced`: another agent goes on under this name. */
  | { readonly state: 'away' | 'replaced'; readonly name: string; readonly reason: string };
