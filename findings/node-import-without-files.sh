#!/usr/bin/env bash
# A dynamic import that fails because the process has no descriptor left (EMFILE) fails for ever: Node's module loader keeps
# the rejection, and does not look again once there are descriptors. A good guess is that a retry reads the file.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

echo 'export const answer = 42;' > late.mjs
cat > try.mjs <<'JS'
import { closeSync, openSync } from 'node:fs';
const files = [];
try {
  for (;;) files.push(openSync('/dev/null'));
} catch {}
const load = () => import('./late.mjs').then(({ answer }) => answer, ({ code }) => code);
const first = await load();
for (const file of files) closeSync(file);
console.log(first, await load(), await import('./late.mjs?again').then(({ answer }) => answer));
JS

node --version
seen="$(prlimit --nofile=64:64 node try.mjs)"
echo "without descriptors, with them again, with them under another name: $seen"
[ "$seen" = 'EMFILE EMFILE 42' ]
