import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { makeFolder } from '../../make-folder.ts';
import { errorCode } from '../../system-error.ts';
import { HistoryProblem } from './history-problem.ts';

const OTHER_FOLDER = 'choose another folder with --history-folder (METRICS_PANEL_HISTORY_FOLDER)';

/** By `f_type` (statfs(2)). */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff_53_4d_42, 'CIFS'],
  [0xfe_53_4d_42, 'SMB'],
  [0x1_02_19_97, '9p'],
  [0x53_46_41_4f, 'AFS'],
]);

/** Its type, as statfs(2) has it. */
export type FileSystemTypeOf = (folder: string) => Promise<number>;
const fileSystemType: FileSystemTypeOf = async (folder) => (await statfs(folder)).type;

/**
 * Makes a folder if it is missing, and says whether a history can be kept in it: locks and shared memory do not work on a network.
 *
 * @throws HistoryProblem
 */
export async function checkFolder(folder: string, typeOf = fileSystemType): Promise<void> {
  let type: number;
  try {
    await makeFolder(folder);
    if (!(await stat(folder)).isDirectory())
      throw new HistoryProblem('ENOTDIR', `${folder} is not a folder: ${OTHER_FOLDER}`);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    type = await typeOf(folder);
  } catch (cause) {
    if (cause instanceof HistoryProblem) throw cause;
    const code = errorCode(cause) ?? 'UNKNOWN';
    throw new HistoryProblem(code, `${folder} cannot be written (${code}): ${fixFor(code)}`, { cause });
  }
  const network = NETWORK_FILE_SYSTEMS.get(type >>> 0);
  if (network !== undefined) {
    throw new HistoryProblem(
      'network',
      `${folder} is on a network file system (${network}), which cannot lock and share files as a history needs: ${OTHER_FOLDER}`,
    );
  }
}

function fixFor(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'free some of its disk';
  if (code === 'EACCES' || code === 'EPERM')
    return `give it to the user that the agent runs as, or ${OTHER_FOLDER}`;
  return OTHER_FOLDER;
}
