import type { Mount } from './mountinfo.ts';

/** Appended by the kernel to the path of a deleted folder. */
const DELETED = '//deleted';

/**
 * The mounts that their path really leads to, in the same order. A mount on another one's root covers it, and a later mount above its mount
 * point, in the same parent, hides it.
 */
export function visibleMounts(mounts: readonly Mount[]): Mount[] {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const byPlace = new Map(mounts.map((mount) => [placeOf(mount.parent, mount.mountPoint), mount]));
  const order = new Map(mounts.map((mount, index) => [mount, index]));
  const reached = new Map<Mount, boolean>();

  const isCovered = (mount: Mount): boolean => {
    const cover = byPlace.get(placeOf(mount.id, mount.mountPoint));
    return cover !== undefined && cover !== mount;
  };
  const isLater = (one: Mount | undefined, other: Mount): boolean =>
    one !== undefined && (order.get(one) ?? 0) > (order.get(other) ?? 0);
  const isHidden = (mount: Mount): boolean =>
    foldersAbove(mount.mountPoint).some((folder) =>
      isLater(byPlace.get(placeOf(mount.parent, folder)), mount),
    );
  const findWay = (mount: Mount): boolean => {
    const parent = byId.get(mount.parent);
    // The root is its own parent.
    if (parent === mount) return true;
    if (byPlace.get(placeOf(mount.parent, mount.mountPoint)) !== mount || isHidden(mount)) return false;
    // The parent of the first visible mount is outside the namespace.
    if (parent === undefined) return true;
    return isReached(parent) && (parent.mountPoint === mount.mountPoint || !isCovered(parent));
  };
  const isReached = (mount: Mount): boolean => {
    const known = reached.get(mount);
    if (known !== undefined) return known;
    // Guards against cycles, which no kernel writes.
    reached.set(mount, false);
    const isThere = findWay(mount);
    reached.set(mount, isThere);
    return isThere;
  };
  return mounts.filter(
    (mount) => !mount.mountPoint.endsWith(DELETED) && isReached(mount) && !isCovered(mount),
  );
}

function placeOf(parent: string, mountPoint: string): string {
  return `${parent} ${mountPoint}`;
}

/** Ancestors without the path itself and the root: `/a/b` and `/a` for `/a/b/c`. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    folders.push(path.slice(0, end));
  }
  return folders;
}
