#!/usr/bin/env bash
# `npm sbom --omit=dev` leaves a direct dependency out of the bill of materials when a development dependency needs it too. A good guess is
# that it lists what `npm ci --omit=dev` installs. The package is installed, runs, and is missing from the bill that is searched when a
# vulnerability is published. https://github.com/npm/cli/issues/7909
#
# Prints what each of the two names. Ends with 0 while they differ.
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
mkdir tool
echo '{ "name": "tool", "version": "1.0.0", "dependencies": { "ms": "2.1.3" } }' > tool/package.json
npm pack ./tool --silent > /dev/null
cat > package.json <<'JSON'
{ "name": "product", "version": "1.0.0",
  "dependencies": { "ms": "2.1.3", "wrappy": "1.0.2" },
  "devDependencies": { "tool": "file:tool-1.0.0.tgz" } }
JSON
npm install --silent --no-audit --no-fund
npm ci --silent --no-audit --no-fund --omit=dev

echo "npm $(npm --version), node $(node --version)"
installed=$(ls node_modules)
named=$(npm sbom --omit=dev --sbom-format cyclonedx --package-lock-only |
  node -e 'let text = ""; process.stdin.on("data", (part) => (text += part)).on("end", () => console.log(JSON.parse(text).components.map(({ name }) => name).sort().join("\n")))')
echo "installed without development dependencies:" $installed
echo "named by npm sbom --omit=dev:" $named
[ "$installed" != "$named" ] || { echo 'It behaves differently now: they are the same.'; exit 1; }
