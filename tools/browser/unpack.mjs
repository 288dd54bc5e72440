import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../lib/programs.mjs';
import { bundledBrowserPath } from './bundled.mjs';

/**
 * Unpacks the installed browser package beside this file and checks that it starts, with the libraries of the system
 * if it can, else with those that the package carries. An interrupted run leaves nothing that looks finished.
 *
 * @returns {string} absolute path of its start script
 * @throws {ToolError} when it does not start either way
 */
export function unpackBundledBrowser() {
  const target = dirname(bundledBrowserPath());
  const draft = `${target}-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  try {
    unpackInto(draft);
    writeFileSync(join(draft, 'fonts.conf'), FONTS_CONF);
    const script = join(draft, 'chrome');
    const works = [SYSTEM_LIBRARIES, OWN_LIBRARIES].some((libraries) => {
      writeFileSync(script, startScript(libraries), { mode: 0o755 });
      return starts(script);
    });
    if (!works) {
      throw new ToolError(
        'The browser that npm brought does not start here: install Chrome or set CHROME_PATH.',
        2,
      );
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return bundledBrowserPath();
}

/**
 * Whether a browser can be started at all: a missing library shows at once.
 *
 * @param {string} path
 */
export function starts(path) {
  return spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** @param {string} folder */
function unpackInto(folder) {
  // The package unpacks into the temporary folder, which other users and clones share, and changes the environment of
  // its process: hence a process of its own. Its libraries come out only where it believes to be in a Lambda.
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      "await (await import('@sparticuz/chromium')).default.executablePath();",
    ],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
      encoding: 'utf8',
    },
  );
  if (status !== 0 || !existsSync(join(folder, 'chromium'))) {
    throw new ToolError(`The browser that npm brought could not be unpacked: ${stderr.trim()}`, 2);
  }
}

const SYSTEM_LIBRARIES = '';
const OWN_LIBRARIES = 'export LD_LIBRARY_PATH="$here/al2023/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n';

/** @param {string} libraries */
function startScript(libraries) {
  return `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export FONTCONFIG_FILE="$here/fonts.conf"
${libraries}exec "$here/chromium" "$@"
`;
}

// The fonts of the system, and those of the package for systems without any.
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
