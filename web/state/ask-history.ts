import { whenLoaded } from '../browser/when-loaded.ts';
import type { fetchHistory } from '../client/fetch-history.ts';
import { historyPart } from '../elements/metrics-panel/parts/panel-parts.ts';

/**
 * Asks an agent for a part of its history, as the charts do, once that part of them is loaded.
 * @throws HistoryRefusal, or what `fetch` throws when it is aborted
 */
export const askHistory: typeof fetchHistory = (...question) =>
  new Promise((resolve) => {
    whenLoaded(historyPart, (part) => resolve(part.fetchHistory(...question)));
  });
