/** Loaded for a panel of several hosts, after its charts. */
export { Comparison } from '../comparison/comparison.ts';
export { comparisonStyles } from '../comparison/comparison-view.ts';
