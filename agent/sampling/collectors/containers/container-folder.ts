/** A container as the name of its control group tells it. */
export interface ContainerIdentity {
  /** 64 hexadecimal digits, or the name where the runtime has no ids. */
  readonly id: string;
  /** `null` where only an id is known. */
  readonly name: string | null;
}

const WITH_ID = /(?:^|[-_])([0-9a-f]{64})(?:\.scope)?$/;

/**
 * Which container the control group `folder` in `parent` is of, `null` for another group:
 * `docker-<id>.scope`, `docker/<id>`, `libpod-<id>.scope`, `cri-containerd-<id>.scope`, `crio-<id>.scope`, `kubepods/…/<id>`,
 * `lxc.payload.<name>`, `lxc/<name>`, `systemd-nspawn@<name>.service`, `machine.slice/machine-<name>.scope`.
 */
export function containerOfFolder(folder: string, parent: string): ContainerIdentity | null {
  const id = WITH_ID.exec(folder)?.[1];
  // What watches over a container is beside it.
  if (id !== undefined) return folder.includes('conmon') ? null : { id, name: null };
  const name = nameOfFolder(folder, parent);
  return name === null || name === '' ? null : { id: name, name };
}

function nameOfFolder(folder: string, parent: string): string | null {
  if (folder.startsWith(LXC_PREFIX)) return folder.slice(LXC_PREFIX.length);
  if (parent === 'lxc' || parent === 'lxc.payload') return folder;
  const machine =
    /^systemd-nspawn@(.+)\.service$/.exec(folder)?.[1] ??
    (parent === 'machine.slice' ? /^machine-(.+)\.scope$/.exec(folder)?.[1] : undefined);
  if (machine === undefined) return null;
  const name = unescaped(machine);
  // libvirt's virtual machines stand there too.
  return name.startsWith('qemu-') ? null : name;
}

const LXC_PREFIX = 'lxc.payload.';

/** systemd writes other characters than letters, digits, `_` and `.` as `\x` and two hexadecimal digits (systemd-escape(1)). */
function unescaped(unit: string): string {
  return unit.replaceAll(/\\x([0-9a-f]{2})/g, (_match, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 16)),
  );
}
