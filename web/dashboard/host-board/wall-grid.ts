/** Cards in a row before a second and a third one. */
const MAX_IN_ONE_ROW = 3;
const MAX_IN_TWO_ROWS = 8;
const MAX_IN_COLUMN = 4;
/** More would be too small to read across a room. */
export const MOST_ON_WALL = 12;

/** How cards fill a screen: rows of the same height, which share its width. */
export interface WallGrid {
  readonly rows: number;
  /** Tracks, of which each card has as many as `spans` says. */
  readonly tracks: number;
  readonly spans: readonly number[];
}

export function wallGridOf(count: number, isPortrait: boolean): WallGrid {
  const rows = Math.max(1, rowsOf(count, isPortrait));
  const least = Math.floor(count / rows);
  const larger = count % rows;
  // Divides into as many equal parts as any row has cards.
  const tracks = larger === 0 ? Math.max(1, least) : least * (least + 1);
  const spans = Array.from({ length: count }, (_, index) =>
    index < larger * (least + 1) ? tracks / (least + 1) : tracks / least,
  );
  return { rows, tracks, spans };
}

function rowsOf(count: number, isPortrait: boolean): number {
  if (isPortrait) return Math.ceil(count / Math.ceil(count / MAX_IN_COLUMN || 1));
  return count <= MAX_IN_ONE_ROW ? 1 : count <= MAX_IN_TWO_ROWS ? 2 : 3;
}
