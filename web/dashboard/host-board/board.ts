/** Loaded in parallel with the charts. */
export { plainCard } from './board-cards.ts';
export { boardMessages } from './board-messages.ts';
export { boardPlanMemo } from './board-plan.ts';
export { restOf } from './board-rest.ts';
export { boardView } from './board-view.ts';
