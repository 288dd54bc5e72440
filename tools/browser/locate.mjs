import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../lib/programs.mjs';

/** Start script of the browser that comes as an npm package, once unpack.mjs has unpacked it. */
export const BUNDLED_BROWSER = fileURLToPath(new URL('./unpacked/chrome', import.meta.url));

/**
 * The Chromium-based browser to test with, without installing anything. In this order: `CHROME_PATH`, commands on
 * `PATH`, the usual places of the platform, the browser that an earlier `npm test` unpacked.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} absolute path of an executable file, or undefined when there is none
 * @throws {ToolError} when `CHROME_PATH` is set but names no executable file: it must not be overruled silently
 */
export function locateBrowser(env = process.env) {
  const chosen = env['CHROME_PATH'];
  if (chosen) {
    if (!isExecutable(chosen)) throw new ToolError(`CHROME_PATH names no executable file: ${chosen}`, 2);
    return chosen;
  }
  return [...commandsOnPath(env), ...usualPlaces(env), BUNDLED_BROWSER].find(isExecutable);
}

const COMMANDS = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

/** @param {NodeJS.ProcessEnv} env */
function commandsOnPath(env) {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command + suffix)));
}

/** @param {NodeJS.ProcessEnv} env */
function usualPlaces(env) {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications', join(env['HOME'] ?? '/', 'Applications')].flatMap((folder) =>
        ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) =>
          join(folder, `${name}.app`, 'Contents', 'MacOS', name),
        ),
      );
    case 'win32':
      return [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Chromium', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ]);
    default:
      return ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/usr/lib/chromium/chromium'];
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
