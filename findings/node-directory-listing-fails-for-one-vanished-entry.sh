#!/bin/bash
# A listing by fs.opendir of Node.js fails when one entry of the folder vanishes meanwhile, and what was fetched together with it is lost. A good
# guess is that a listing never fails for one entry: readdir(3) does not, and nobody asked for types.
#
# Linux tells the type of an entry with its name (d_type). Of a process that ends just then, /proc gives its number with DT_UNKNOWN
# (fs/proc/base.c, proc_fill_cache). Node wants a type for each Dirent, so it calls lstat(2), which throws ENOENT.
# fs.readdir without withFileTypes is not concerned. With bufferSize 1, opendir fails as well, but can go on after the one.
#
# Needs Linux and node. Takes half a minute at most. Exits with 1 when it is no longer so.
set -euo pipefail

sh -c 'while :; do (:)& (:)& (:)& (:)& (:)& (:)& (:)& (:)& wait; done' &
forks=$!
trap 'kill -9 $forks 2>/dev/null' EXIT

node - <<'SCRIPT'
const { opendirSync, readdirSync } = require('node:fs');
const DEADLINE_MS = 90_000;

const ways = {
  'opendir, 256 at once': () => list(256),
  'opendir, one by one': () => list(1),
  'readdir with types': () => readdirSync('/proc', { withFileTypes: true }),
  'readdir, names alone': () => readdirSync('/proc'),
};

function list(bufferSize) {
  const directory = opendirSync('/proc', { bufferSize });
  try {
    while (directory.readSync() !== null);
  } finally {
    directory.closeSync();
  }
}

/** Lists /proc again and again until that fails, at most so often. What it failed with, `null` if it did not. */
function failure(way, most) {
  const endMs = performance.now() + DEADLINE_MS;
  for (let count = 1; count <= most && performance.now() < endMs; count += 1) {
    try {
      way();
    } catch (error) {
      return `${error.code} ${error.syscall}, in listing ${count}`;
    }
  }
  return null;
}

console.log(`node ${process.version}, Linux ${require('node:os').release()}`);
const failures = Object.entries(ways).map(([name, way]) => {
  const failed = failure(way, name.includes('alone') ? 20_000 : Number.POSITIVE_INFINITY);
  console.log(`${name}: ${failed ?? 'never failed'}`);
  return failed;
});
const isStill = failures.slice(0, 3).every((failed) => failed?.startsWith('ENOENT lstat')) && failures[3] === null;
console.log(isStill ? 'As found: one entry that has vanished fails the listing of all.' : 'It is no longer so.');
process.exitCode = isStill ? 0 : 1;
SCRIPT
