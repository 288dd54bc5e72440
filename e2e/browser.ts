import { chromium, type Browser } from 'playwright';
import { BROWSER_FLAGS } from '../tools/browser/flags.mjs';

/** Launches the Chromium that `npm test` found or installed. */
export function launchBrowser(
  flags: readonly string[] = [],
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'];
  if (executablePath === undefined) throw new Error('No browser: run `npm test`, or set CHROME_PATH');
  const args = [...BROWSER_FLAGS, ...flags];
  return chromium.launch({ executablePath, args, env });
}
