import { svg, type SVGTemplateResult } from 'lit';
import { icon } from '../../elements/icon.ts';
import type { Mark } from '../../state/marks.ts';
import { severityShape } from '../alert-shapes.ts';

const NOTE = icon(svg`<path d="M1.5 2.5h13v9H8L4.5 15v-3.5h-3z" fill="currentcolor" stroke-width="1" />`);
const EVENT = icon(svg`<path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="currentcolor" stroke="none" />`);

/** A speech bubble, a diamond, and those of alerts. */
export function shapeOf({ level }: Pick<Mark, 'level'>): SVGTemplateResult {
  if (level === 'note') return NOTE;
  return level === 'event' ? EVENT : severityShape({ severity: level });
}
