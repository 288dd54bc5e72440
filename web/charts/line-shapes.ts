/** Tells lines apart without their colours. */
export const LINE_SHAPES = ['circle', 'square', 'triangle', 'diamond'] as const;
export type LineShape = (typeof LINE_SHAPES)[number];

/** Of the mark at the end of a line. */
const R = 4;

const CORNERS: Readonly<Record<LineShape, readonly (readonly [number, number])[]>> = {
  circle: [],
  square: [
    [-R * 0.85, -R * 0.85],
    [R * 0.85, -R * 0.85],
    [R * 0.85, R * 0.85],
    [-R * 0.85, R * 0.85],
  ],
  triangle: [
    [0, -R],
    [R, R * 0.8],
    [-R, R * 0.8],
  ],
  diamond: [
    [0, -R * 1.15],
    [R * 1.15, 0],
    [0, R * 1.15],
    [-R * 1.15, 0],
  ],
};

/** The mark at the end of a line, around a place in CSS pixels. */
export function markOf(shape: LineShape, x: number, y: number): Path2D {
  const path = new Path2D();
  if (shape === 'circle') path.arc(x, y, R * 0.9, 0, 2 * Math.PI);
  for (const [dx, dy] of CORNERS[shape]) path.lineTo(x + dx, y + dy);
  path.closePath();
  return path;
}
