/** Parts of the dashboard that load in parallel with the charts, after the first values are shown. */
import './alert-bell/alert-bell.ts';
import './connection-details/connection-details.ts';
import './favourites/favourite-star.ts';
import './moment-link/moment-link.ts';
import './shortcut-help/shortcut-help.ts';
import './time-chip/time-chip.ts';
import './time-lane/time-lane.ts';

export { bindAlerts } from './bind-alerts.ts';
export { followPull } from './pull-to-live.ts';
export { followAttention } from './follow-attention.ts';
export { plainText, sentenceOf } from './host-sentence/sentence.ts';
export { bindTime } from './bind-time.ts';
export { bindMenu } from './bind-menu.ts';
export { bindKeys } from './bind-keys.ts';
export { bindSentence } from './bind-sentence.ts';
export { showSheet } from './sheet/sheet.ts';
export { sheetStyles } from './sheet/sheet.styles.ts';
export { pointOut, showChart } from './show-chart.ts';
export { saveCsv, savePng } from './save-charts.ts';
export { showOnWall } from './wall.ts';
