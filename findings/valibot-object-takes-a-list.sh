#!/usr/bin/env bash
# `object` and `strictObject` of valibot take a list for an object: with optional entries only, `[]` is valid, and becomes `{}`. A good guess is that they refuse
# what is no plain object, as zod does. In a settings file, `rules: []` or `limits: [10]` then reads like no rules and no limits, without a word.
# And `strictObject` reports the first key that it does not know, not each of them: a file with three misspelt keys needs three tries.
#
# Prints what valibot 1.5.0 and zod 4.1.12 say. Ends with 0 while they differ.
set -euo pipefail

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund valibot@1.5.0 zod@4.1.12

cat > try.mjs <<'JS'
import * as v from 'valibot';
import { z } from 'zod';

const schemas = {
  valibot: v.strictObject({ above: v.optional(v.number()), below: v.optional(v.number()) }),
  zod: z.strictObject({ above: z.number().optional(), below: z.number().optional() }),
};
const inputs = { '[]': [], '{ abvoe: 1, blow: 2 }': { abvoe: 1, blow: 2 } };

/** What is told of an input: the value if it is valid, else the keys that are not known, else the problem. */
function told(library, input) {
  if (library === 'valibot') {
    const { success, output, issues } = v.safeParse(schemas.valibot, input);
    return success ? `valid: ${JSON.stringify(output)}` : issues.map(({ message }) => message).join('; ');
  }
  const { success, data, error } = schemas.zod.safeParse(input);
  return success ? `valid: ${JSON.stringify(data)}` : error.issues.map(({ message }) => message).join('; ');
}

const found = {};
for (const library of ['valibot', 'zod']) {
  for (const [name, input] of Object.entries(inputs)) {
    found[`${library} ${name}`] = told(library, input);
    console.log(`${library}, ${name}: ${found[`${library} ${name}`]}`);
  }
}
const isAsSeen =
  found['valibot []'] === 'valid: {}' &&
  !found['zod []'].startsWith('valid') &&
  !found['valibot { abvoe: 1, blow: 2 }'].includes('blow') &&
  found['zod { abvoe: 1, blow: 2 }'].includes('blow');
console.log(isAsSeen ? 'As seen.' : 'It behaves differently now.');
process.exit(isAsSeen ? 0 : 1);
JS
node try.mjs
