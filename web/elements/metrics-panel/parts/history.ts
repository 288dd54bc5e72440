/** Loaded for a window or range that live samples do not hold. */
export { HistoryController } from '../history/history-controller.ts';
export { historyStyles } from '../history/history.styles.ts';
