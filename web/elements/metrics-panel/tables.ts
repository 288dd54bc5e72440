/** All that a panel needs only with tables. */
import '../process-table/process-table.ts';

export { MomentController } from './moment-controller.ts';
export { liveTableView } from './moment-view.ts';
export { momentStyles } from './moment.styles.ts';
export { TableFollower } from './table-follower.ts';
