import { ensureInstalled } from './install.mjs';
import { ROOT } from './paths.mjs';

/**
 * What every npm script does first. Milliseconds when there is nothing to install.
 */
export async function ensureDependencies() {
  await ensureInstalled(
    ROOT,
    'Installing the dependencies (package-lock.json changed, or this is the first run) ...',
  );
}
