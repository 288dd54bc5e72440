import { ensureBuilt } from './lib/build.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/** `npm run build`: `dist/` for the sources as they are now. Quick when it is up to date already. */
await verb(async () => {
  await ensureDependencies();
  await ensureBuilt();
});
