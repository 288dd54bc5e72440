#!/usr/bin/env bash
# `findmnt --json` (util-linux) writes the bytes of a mount point as they are. Names of folders need not be UTF-8, JSON must be
# (RFC 8259, section 8.1): a single mount with such a name makes the whole list unreadable for a parser that keeps to it, and one that
# replaces what it cannot read gives a path that leads nowhere. Needs root; changes nothing outside of its own namespace.
set -euo pipefail
if [ "${1:-}" != inside ]; then exec unshare --mount -- "$0" inside; fi

findmnt --version
folder=$(mktemp -d)
mount -t tmpfs none "$folder"
mkdir "$folder/cass"$'\xe9'
mount -t tmpfs none "$folder/cass"$'\xe9'
findmnt --json > "$folder/list"
grep --text --only-matching 'cass[^"]*' "$folder/list" | od -A n -c
status=0
node -e '
  const bytes = require("node:fs").readFileSync(process.argv[1]);
  JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));' "$folder/list" 2> "$folder/error" || status=$?
grep -E '^(TypeError|SyntaxError)' "$folder/error" || true
umount -l "$folder"
rmdir "$folder"
[ "$status" -ne 0 ] || { echo 'changed: the list is JSON'; exit 1; }
echo 'One mount whose name is no UTF-8, and the whole list is no JSON.'
