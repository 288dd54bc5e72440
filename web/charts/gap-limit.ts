/** Two samples further apart than this many intervals have a hole between them. */
export const GAP_AFTER_INTERVALS = 1.5;
