import { createHash, randomBytes } from 'node:crypto';
import { StateFolder } from '../../auth/state-folder.ts';
import { readMachineId } from '../../exports/host-identity.ts';

/** Where there is no machine id, as in many containers. */
const FILE = 'publish-id';

/**
 * The name that a host has in subjects, unless its operator gives one: 32 hexadecimal digits that stay the same over restarts, and tell nothing of the
 * machine's id (machine-id(5) asks for that).
 * @throws StateError
 */
export async function hostName(stateFolder: string): Promise<string> {
  const id = readMachineId() ?? (await ownId(new StateFolder(stateFolder)));
  return createHash('sha256').update(`metrics-panel publish ${id}`).digest('hex').slice(0, 32);
}

async function ownId(folder: StateFolder): Promise<string> {
  const known = await folder.read(FILE);
  if (known !== null && known.trim() !== '') return known.trim();
  await folder.create(FILE, `${randomBytes(16).toString('hex')}\n`);
  // Another agent of this folder may have been first.
  return (await folder.read(FILE))?.trim() ?? '';
}
