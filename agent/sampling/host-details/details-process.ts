/** A separate process for systems other than Linux: finds out slow host details, prints them as one line of JSON, and exits. */
import os from 'node:os';
import { cpu, diskLayout, graphics, osInfo, system } from 'systeminformation';
import { systemClock } from '../../clock.ts';
import { withDeadline } from '../deadline.ts';
import { diskText, gpuText, joinKnown } from './hardware.ts';
import type { SlowDetails } from './slow-details.ts';

/** Details that take longer are left out. */
const DEADLINE_MS = 8000;

// As in main.ts.
process.on('SIGUSR1', () => {});

/** Exit even if the agent is gone. */
setTimeout(() => process.exit(1), DEADLINE_MS + 1000);

try {
  // Measured programs come first. Child processes inherit this priority.
  os.setPriority(os.constants.priority.PRIORITY_LOW);
} catch {
  // Best effort.
}

const [cards, disks, described] = await Promise.all([
  orNothing(graphics()),
  orNothing(diskLayout()),
  describe(),
]);
const details: SlowDetails = {
  ...described,
  gpus: listed((cards?.controllers ?? []).map(gpuText)),
  disks: listed((disks ?? []).map(diskText)),
};
// Exit explicitly: something may still hang.
process.stdout.write(`${JSON.stringify(details)}\n`, () => process.exit(0));

async function describe(): Promise<SlowDetails> {
  const [release, processor, machine] = await Promise.all([
    orNothing(osInfo()),
    orNothing(cpu()),
    orNothing(system()),
  ]);
  return {
    operatingSystem: joinKnown(release?.distro, release?.release) || undefined,
    cpuModel: joinKnown(processor?.manufacturer, processor?.brand) || undefined,
    kind: machine === null ? undefined : machine.virtual ? 'vm' : 'machine',
    platform: joinKnown(machine?.virtualHost) || undefined,
  };
}

async function orNothing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await withDeadline(answer, DEADLINE_MS, systemClock);
  } catch {
    return null;
  }
}

function listed(texts: readonly (string | null)[]): string[] | undefined {
  const known = texts.filter((text) => text !== null);
  return known.length > 0 ? known : undefined;
}
