/** What the dashboard adds to its panel and its charts; loaded beside the charts, since the first figures do without. */
import './connection-details/connection-details.ts';
import './favourites/favourite-star.ts';
import './summary-views/core-strip/core-strip.ts';
import './summary-views/filesystem-bars/filesystem-bars.ts';

export { followZoomGesture } from './zoom-gesture.ts';
