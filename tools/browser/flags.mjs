/**
 * Flags for a headless Chromium that only ever visits pages of this machine: no GPU, no first-run pages, and nothing
 * that talks to the network by itself. Web security stays on. `--no-sandbox` because Chromium refuses to start as
 * root (containers, CI) with its sandbox.
 *
 * @type {string[]}
 */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
