import { svg, type SVGTemplateResult } from 'lit';
import type { AlertView } from '../../shared/protocol/messages.ts';
import { icon } from '../elements/icon.ts';
import { isTrouble } from '../state/alerts.ts';

const TRIANGLE = svg`<path d="M8 1.8 15 14H1z" fill="currentcolor" /><path d="M8 6.4v3.4M8 12v.1" class="sign" />`;
const OCTAGON = svg`<path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentcolor" stroke="none" /><path d="M8 4.2v4.4M8 11.6v.1" class="sign" />`;

/** Of a severity: an octagon for trouble, a triangle for a warning. `.sign` is the mark in it, in the colour of what is around. */
export function severityShape(alert: Pick<AlertView, 'severity'>): SVGTemplateResult {
  return icon(isTrouble(alert) ? OCTAGON : TRIANGLE);
}
