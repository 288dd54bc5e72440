/** Loaded beside the charts: the dashboard shows its first figures without them. */
import './core-strip/core-strip.ts';
import './filesystem-bars/filesystem-bars.ts';
