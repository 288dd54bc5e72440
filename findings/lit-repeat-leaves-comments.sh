#!/usr/bin/env bash
# lit's repeat() leaves a comment node in the page for every item that it removes, since lit-html 3.3.1: a list whose items come and go
# grows for ever, although its length stays the same. 3.3.0 and a plain map() do not. Seen with 3.3.0, 3.3.1 and 3.3.3.
#
# Why: a part that insertPart() made has two markers of its own. removePart() of 3.3.0 removed everything from the first to the second of
# them; later ones clear what is between and remove the first (lit/lit issues 5010 and 5298). repeat() removes by removePart().
#
# Prints a line for each version. Ends with 0 while 3.3.0 keeps the count of nodes, 3.3.1 and 3.3.3 add one for each removal, and map() none.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund happy-dom@20.0.10 \
  lit-330@npm:lit-html@3.3.0 lit-331@npm:lit-html@3.3.1 lit-333@npm:lit-html@3.3.3

cat >count.mjs <<'SCRIPT'
import { Window } from 'happy-dom';
const { document } = Object.assign(globalThis, { document: new Window().document, window: globalThis });
const REMOVALS = 1000;
const found = {};
for (const name of ['lit-330', 'lit-331', 'lit-333']) {
  const { html, render } = await import(name);
  const { repeat } = await import(`${name}/directives/repeat.js`);
  const ways = {
    repeat: (keys) => repeat(keys, (key) => key, (key) => html`<li>${key}</li>`),
    map: (keys) => keys.map((key) => html`<li>${key}</li>`),
  };
  for (const [way, list] of Object.entries(ways)) {
    const box = document.createElement('ul');
    const show = (keys) => render(html`${list(keys)}`, box);
    show(['a', 'b']);
    const before = box.childNodes.length;
    for (let n = 0; n < REMOVALS; n += 1) {
      show(['a']);
      show(['a', 'b']);
    }
    found[`${name} ${way}`] = box.childNodes.length - before;
    console.log(`${name} ${way}: ${box.childNodes.length - before} nodes more after ${REMOVALS} removals`);
  }
}
const expected = {
  'lit-330 repeat': 0, 'lit-330 map': 0,
  'lit-331 repeat': REMOVALS, 'lit-331 map': 0,
  'lit-333 repeat': REMOVALS, 'lit-333 map': 0,
};
const isAsSeen = Object.entries(expected).every(([key, count]) => found[key] === count);
console.log(isAsSeen ? 'As seen.' : 'It behaves differently now.');
process.exit(isAsSeen ? 0 : 1);
SCRIPT
node count.mjs
