/** Loaded in parallel with the charts. */
export { boardPlanMemo } from './board-plan.ts';
export { boardView } from './board-view.ts';
