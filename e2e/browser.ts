import { chromium, type Browser } from 'playwright';
import { BROWSER_FLAGS } from '../tools/browser/flags.mjs';

/** The Chromium that `npm test` found or brought, with more flags where a test needs them. */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'];
  if (executablePath === undefined) throw new Error('No browser: run `npm test`, or set CHROME_PATH');
  return chromium.launch({ executablePath, args: [...BROWSER_FLAGS, ...flags] });
}
