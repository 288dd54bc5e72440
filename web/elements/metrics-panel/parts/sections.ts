/** Loaded for sections and for a search. */
export { PanelSections } from '../sections/panel-sections.ts';
export { filterPanelLayout, sectionsOf } from '../sections/sections-layout.ts';
export { sectionStyles } from '../sections/sections.styles.ts';
