import { html, nothing } from 'lit';
import { UNKNOWN } from '../../locales/format.ts';
import type { KeyedList } from '../keyed-list.ts';
import { newestReading, type GridView } from './charts-view.ts';

const valuesView: GridView = (size, members, context) =>
  members.length === 0
    ? nothing
    : html`
        <div class="grid ${size}">
          ${members.map(
            (member) =>
              member.instead ??
              html`<p class=${member.combined === undefined ? 'plain' : 'plain several'} part="chart">
                <span part="label">${member.series.label}</span>
                ${context.badgeOf?.(member)}
                <b part="value">${context.isStale ? UNKNOWN.number : newestReading(member, context)}</b>
              </p>`,
          )}
        </div>
      `;

const plainList: KeyedList = (items, _keyOf, view) => [...items].map(view);

/** Stands in for the charts until their part is loaded. */
export const valuesOnly = { gridView: valuesView, keyedList: plainList };
