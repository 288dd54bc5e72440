#!/usr/bin/env bash
# Linux adds all that a process has read and written in its life to /proc/PID/io of its parent, in the moment in which the parent waits for it after its end.
# proc(5) describes the file as the I/O of the process. So a rate from it shows a burst of a shell that has written nothing, and what was written counts twice:
# first in the child's file, then in the parent's. Times are kept apart (utime and cutime in /proc/PID/stat); for I/O there is no second counter.
# Needs no package: the kernel and the coreutils of the system.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo "Linux $(uname -r)"

# By the shell itself, so that nothing else is counted.
written() {
  while read -r name value; do
    if [ "$name" = wchar: ]; then bytes=$value; fi
  done <"/proc/$$/io"
}

written
before=$bytes
dd if=/dev/zero of="$folder/file" bs=1000000 count=4 status=none
written
echo "written by this shell: $before bytes before it started dd, $bytes after dd has ended"
[ "$((bytes - before))" -ge 4000000 ] || { echo 'changed: what a child wrote is not added to its parent'; exit 1; }
echo 'The 4,000,000 bytes of dd count as written by the shell, too.'
