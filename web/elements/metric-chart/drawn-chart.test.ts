import { expect, it } from 'vitest';
import { valueAxis } from '../../charts/axes.ts';
import { VALUE_AXIS_WIDTH } from '../../charts/marks.ts';
import { formatTick } from '../../locales/format-tick.ts';

it.each(['percent', 'bytes', 'bytes/s', '/s', 'count', 'ms', 's', 'Hz', '°C', 'rpm', 'W'])(
  'has room for every label of an axis in %s',
  (unit) => {
    const context = document.createElement('canvas').getContext('2d');
    if (context === null) throw new Error('no context');
    context.font = "11px ui-sans-serif, system-ui, 'DejaVu Sans', sans-serif";
    for (const shape of [1.1, 2.5, 3.7, 7.3, 9.9]) {
      // Percentages, temperatures, power and durations have foreseeable ranges; the others have not.
      const most = ['percent', '°C', 'W'].includes(unit) ? 1e2 : unit === 's' ? 1e9 : 1e12;
      for (let scale = 1; scale <= most; scale *= 10) {
        for (const tick of valueAxis(unit, [shape * scale], undefined, undefined).ticks) {
          const label = formatTick(tick, unit, 'en');
          expect(context.measureText(label).width, label).toBeLessThanOrEqual(VALUE_AXIS_WIDTH - 8);
        }
      }
    }
  },
);
