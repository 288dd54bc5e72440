/** Loaded for a panel of several hosts. */
export { Comparison } from '../comparison/comparison.ts';
export { comparisonStyles } from '../comparison/comparison-view.ts';
