/** Loaded for sections and for a search. */
export { Folds } from '../sections/folds.ts';
export { filterPanelLayout, sectionsOf } from '../sections/sections-layout.ts';
export { firstView, sectionedView } from '../sections/sections-view.ts';
export { sectionStyles } from '../sections/sections.styles.ts';
