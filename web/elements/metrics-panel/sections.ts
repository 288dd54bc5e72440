/** All that a panel needs only with sections, or for a search. */
export { Folds } from './folds.ts';
export { filterPanelLayout } from './panel-layout-filter.ts';
export { sectionsOf } from './sections-of.ts';
export { sectionedView } from './sections-view.ts';
export { sectionStyles } from './sections.styles.ts';
