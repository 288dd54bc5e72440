import type { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import type { CrosshairPosition } from './crosshair.ts';

/**
 * Moves the marks of the crosshair. They lie above the canvas, so that it need not be drawn again.
 * @param isolated the series that is looked at alone: the others have no dot
 */
export function placeCrosshair(
  root: ParentNode,
  chart: RollingLineChart | null,
  position: CrosshairPosition | null,
  isolated: number | null,
): void {
  const { timestampMs = null, anchorMs = null } = position ?? {};
  const at = timestampMs === null ? null : (chart?.placeOf(timestampMs) ?? null);
  const anchor = anchorMs === null ? null : (chart?.placeOf(anchorMs) ?? null);
  show(
    root.querySelector('.hair'),
    at === null ? null : { left: at.x, top: at.top, height: at.bottom - at.top },
  );
  for (const [index, dot] of root.querySelectorAll<HTMLElement>('.dot').entries()) {
    const y = isolated === null || isolated === index ? (at?.ys[index] ?? null) : null;
    show(dot, at === null || y === null ? null : { left: at.x, top: y });
  }
  const isBand = at !== null && anchor !== null;
  show(
    root.querySelector('.band'),
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

type Box = Partial<Record<'left' | 'top' | 'width' | 'height', number>>;

function show(mark: HTMLElement | null, box: Box | null): void {
  if (mark === null || (box === null && mark.hidden)) return;
  mark.hidden = box === null;
  for (const [name, pixels] of Object.entries(box ?? {})) mark.style.setProperty(name, `${pixels}px`);
}
