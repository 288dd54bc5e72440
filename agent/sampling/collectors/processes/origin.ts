import { cleanLabel } from '../../instances.ts';
import { parseCgroupMembership } from '../../kernel/cgroup/location.ts';
import { containerOfFolder, type ContainerIdentity } from '../containers/container-folder.ts';

/** Where a process belongs, derived from its cgroup. */
export interface Origin {
  /** systemd unit: the innermost service or scope, else the innermost slice; for a process in a container, one of that container. */
  readonly unit: string | null;
  readonly container: ContainerIdentity | null;
}

const NOWHERE: Origin = { unit: null, container: null };
const UNIT = /\.(?:service|scope|socket|mount|swap)$/;

/** From the text of `/proc/PID/cgroup` (cgroups(7)). */
export function originOf(text: string): Origin {
  const { unified, byController } = parseCgroupMembership(text.trimEnd());
  // Version 1 has a tree for systemd itself; runtimes without systemd put containers into every tree.
  const paths = [unified, byController.get('name=systemd'), byController.get('memory')];
  const origins = paths.map((path) => originOfPath(path ?? ''));
  return (
    origins.find(({ container }) => container !== null) ??
    origins.find(({ unit }) => unit !== null) ??
    NOWHERE
  );
}

function originOfPath(path: string): Origin {
  // The cgroup was removed while the process was ending.
  const folders = path.replace(/ \(deleted\)$/, '').split('/');
  for (const [index, folder] of folders.entries()) {
    const parent = folders[index - 1] ?? '';
    const container = containerOfFolder(folder, parent);
    if (container === null) continue;
    const inner = innermostUnit(folders.slice(index + 1));
    // A container managed by systemd is inside its service.
    return { container, unit: inner ?? (parent.endsWith('.service') ? cleanLabel(parent) : null) };
  }
  return { container: null, unit: innermostUnit(folders) };
}

function innermostUnit(folders: readonly string[]): string | null {
  const unit =
    folders.findLast((folder) => UNIT.test(folder)) ??
    folders.findLast((folder) => folder.endsWith('.slice'));
  return cleanLabel(unit ?? '') || null;
}
