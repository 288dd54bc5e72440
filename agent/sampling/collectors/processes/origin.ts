import { cleanLabel } from '../../instances.ts';
import { parseCgroupMembership } from '../../kernel/cgroup/location.ts';
import { containerOfFolder, type ContainerIdentity } from '../containers/container-folder.ts';

/** Where a process belongs, as its control group tells it. */
export interface Origin {
  /** Of systemd: the innermost service or scope, else the innermost slice; in a container, one of that container. */
  readonly unit: string | null;
  readonly container: ContainerIdentity | null;
}

const NOWHERE: Origin = { unit: null, container: null };
const UNIT = /\.(?:service|scope|socket|mount|swap)$/;

/** From a text of `/proc/PID/cgroup` (cgroups(7)). */
export function originOf(text: string): Origin {
  const { unified, byController } = parseCgroupMembership(text.trimEnd());
  // Version 1 has a tree of systemd's own, and runtimes that do without systemd put their containers into all.
  const paths = [unified, byController.get('name=systemd'), byController.get('memory')];
  const origins = paths.map((path) => originOfPath(path ?? ''));
  return (
    origins.find(({ container }) => container !== null) ??
    origins.find(({ unit }) => unit !== null) ??
    NOWHERE
  );
}

function originOfPath(path: string): Origin {
  // A group that was removed while the process was ending.
  const folders = path.replace(/ \(deleted\)$/, '').split('/');
  for (const [index, folder] of folders.entries()) {
    const parent = folders[index - 1] ?? '';
    const container = containerOfFolder(folder, parent);
    if (container === null) continue;
    const inner = innermostUnit(folders.slice(index + 1));
    // A container that systemd looks after has its service around it.
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
