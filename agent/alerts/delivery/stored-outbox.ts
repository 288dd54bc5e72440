import type { OutboxState } from './channel-outbox.ts';
import type { Thread } from './thread.ts';

/** Of other forms nothing is read. */
const VERSION = 1;

/** What is kept of an outbox: a row for each thread, and one for the channel. */
export type StoredRow =
  | { readonly channel: string; readonly thread: Thread }
  | { readonly channel: string; readonly state: OutboxState };

/** @param alertId `null` for the channel's own row */
export function rowId(channel: string, alertId: string | null): string {
  return JSON.stringify(alertId === null ? [channel] : [channel, alertId]);
}

export function writeRow(row: StoredRow): string {
  return JSON.stringify({ v: VERSION, ...row });
}

/** `null` for what this version does not understand. */
export function readRow(json: string): StoredRow | null {
  let row: unknown;
  try {
    row = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isObject(row) || row['v'] !== VERSION || typeof row['channel'] !== 'string') return null;
  const { channel, thread, state } = row;
  if (isThread(thread)) return { channel, thread };
  return isState(state) ? { channel, state } : null;
}

/** The time of the outbox was at least this when the row was written. The channel's own row may be older than what waits, or not be there yet. */
export function latestMs(row: StoredRow): number {
  if ('state' in row) return row.state.nowMs;
  return Math.max(row.thread.queuedAtMs ?? 0, row.thread.toldAtMs ?? 0);
}

function isThread(value: unknown): value is Thread {
  if (!isObject(value) || !isObject(value['alert'])) return false;
  const { id, policy, labels } = value['alert'];
  return typeof id === 'string' && isObject(policy) && isObject(labels) && typeof value['told'] === 'number';
}

function isState(value: unknown): value is OutboxState {
  return isObject(value) && Array.isArray(value['sentAtMs']) && typeof value['nowMs'] === 'number';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
