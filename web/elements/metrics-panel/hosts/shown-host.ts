import { findHost, type Welcome } from '../../../../shared/client/welcome.ts';
import type { HostStatus } from '../../../../shared/protocol/messages.ts';

/** The host of a panel. */
export interface ShownHost {
  readonly id: string;
  readonly label: string;
  /** `up`, `down` or `unknown`, since when (Unix ms on the agent's clock; `null` is not known) and why. */
  readonly status: HostStatus;
}

const UP: HostStatus = { state: 'up', sinceMs: null };

/** @param name as the panel's `host` */
export function shownHost(welcome: Welcome | null | undefined, name: string | undefined): ShownHost | null {
  const found = welcome ? findHost(welcome, name) : undefined;
  return found === undefined ? null : { id: found.id, label: found.label, status: found.status ?? UP };
}
