import type { Mount } from './mountinfo.ts';

/** The kernel writes this behind the path of a folder that is no more. */
const DELETED = '//deleted';

/**
 * Those of `mounts` to which their path really leads, in the same order. What is mounted on the root of another one covers it, and
 * what is mounted later above its place, in the same parent, hides it: whoever asks for its path hears of the other one.
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
    // The root of all is its own parent.
    if (parent === mount) return true;
    if (byPlace.get(placeOf(mount.parent, mount.mountPoint)) !== mount || isHidden(mount)) return false;
    // That of the first one that this process may see is out of sight.
    if (parent === undefined) return true;
    return isReached(parent) && (parent.mountPoint === mount.mountPoint || !isCovered(parent));
  };
  const isReached = (mount: Mount): boolean => {
    const known = reached.get(mount);
    if (known !== undefined) return known;
    // A circle, which no kernel writes, leads nowhere.
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

/** Without the path itself and the root: of `/a/b/c` these are `/a/b` and `/a`. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    folders.push(path.slice(0, end));
  }
  return folders;
}
