/** Loaded for tables and for selected times. */
import '../../process-table/process-table.ts';

export { tableMessages } from '../../process-table/table-messages.ts';
export { cellText, tableView } from '../../process-table/table-view.ts';
export { SelectedTimeController } from '../selected-time/selected-time-controller.ts';
export { liveTableView } from '../selected-time/selected-time-view.ts';
export { selectedTimeStyles } from '../selected-time/selected-time.styles.ts';
export { TableFollower } from '../feed/table-follower.ts';
