/** Loaded for charts of several series, with notices, or in rows. */
export { legendView } from './chart-legend.ts';
export { noticeGlyph } from './notice-glyph.ts';
export { isOverLine } from './over-line.ts';
export { RowController } from './row-controller.ts';
export { severalStyles } from './several.styles.ts';
