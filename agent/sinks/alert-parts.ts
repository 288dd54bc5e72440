import type { AlertParts } from './alert-sink.ts';
export function createAlertParts(_options: unknown): AlertParts {
  throw new Error('not yet');
}
