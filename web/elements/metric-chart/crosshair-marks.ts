import type { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import type { CrosshairPosition } from './crosshair.ts';

/**
 * Moves the marks of the crosshair. They lie above the canvas, so that it need not be drawn again.
 * @param value of the series at the crosshair's time, `null` if it is not known
 */
export function placeCrosshair(
  root: ParentNode,
  chart: RollingLineChart | null,
  position: CrosshairPosition | null,
  value: number | null,
): void {
  const { timestampMs = null, anchorMs = null } = position ?? {};
  const at = timestampMs === null ? null : (chart?.placeOf(timestampMs) ?? null);
  const anchor = anchorMs === null ? null : (chart?.placeOf(anchorMs) ?? null);
  const show = (
    selector: string,
    box: Partial<Record<'left' | 'top' | 'width' | 'height', number>> | null,
  ) => {
    const mark = root.querySelector<HTMLElement>(selector);
    if (mark === null || (box === null && mark.hidden)) return;
    mark.hidden = box === null;
    for (const [name, pixels] of Object.entries(box ?? {})) mark.style.setProperty(name, `${pixels}px`);
  };
  show('.hair', at === null ? null : { left: at.x, top: at.top, height: at.bottom - at.top });
  const y = at?.ys[0] ?? null;
  show('.dot', at === null || value === null || y === null ? null : { left: at.x, top: y });
  const isBand = at !== null && anchor !== null;
  show(
    '.band',
    isBand
      ? {
          left: Math.min(at.x, anchor.x),
          width: Math.abs(at.x - anchor.x),
          top: at.top,
          height: at.bottom - at.top,
        }
      : null,
  );
}
