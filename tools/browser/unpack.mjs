import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolError } from '../lib/programs.mjs';
import { BUNDLED_BROWSER } from './locate.mjs';

/**
 * Unpacks the installed browser package beside this file and checks that it starts: with the libraries of the system
 * if it can, else with those of the package. An interrupted run leaves nothing that looks finished.
 *
 * @returns {string} absolute path of its start script
 * @throws {ToolError} when it does not start either way
 */
export function unpackBundledBrowser() {
  const target = dirname(BUNDLED_BROWSER);
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
  return BUNDLED_BROWSER;
}

/**
 * Whether a browser starts: not without the libraries that it needs.
 *
 * @param {string} path
 */
export function starts(path) {
  return spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** @param {string} folder */
function unpackInto(folder) {
  // In a process of its own: the package unpacks into the temporary folder, which other users and clones share, and changes its
  // environment. It unpacks its libraries only if it takes this for AWS Lambda.
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      "await (await import('@sparticuz/chromium')).default.executablePath();",
    ],
    {
      cwd: import.meta.dirname,
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
