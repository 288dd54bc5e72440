/** What the dashboard adds to its panel and its charts; loaded beside the charts, since the first figures do without. */
import './connection-facts/connection-facts.ts';
import './favourites/favourite-star.ts';
import './glances/core-strip/core-strip.ts';
import './glances/filesystem-bars/filesystem-bars.ts';

export { followZoomGesture } from './zoom-gesture.ts';
