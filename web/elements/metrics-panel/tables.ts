/** All that a panel needs only with tables. */
import '../process-table/process-table.ts';

export { SelectedTimeController } from './selected-time-controller.ts';
export { liveTableView } from './selected-time-view.ts';
export { selectedTimeStyles } from './selected-time.styles.ts';
export { TableFollower } from './table-follower.ts';
