import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Where systemd, and D-Bus before it, keep 128 random bits of this installation. */
const MACHINE_ID_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/** The id of this machine's installation, 32 hexadecimal digits; `null` if it has none. */
export function readMachineId(): string | null {
  for (const path of MACHINE_ID_FILES) {
    try {
      const id = readFileSync(path, 'latin1').trim();
      if (/^[0-9a-f]{32}$/.test(id)) return id;
    } catch {
      // The next one.
    }
  }
  return null;
}

/** 32 hexadecimal digits that stay the same for a host over restarts, and tell nothing of the machine's id (machine-id(5) asks for that). */
export function stableId(hostId: string): string {
  return createHash('sha256')
    .update(`metrics-panel ${readMachineId() ?? ''} ${hostId}`)
    .digest('hex')
    .slice(0, 32);
}
