import { packInto } from './lib/package.mjs';
import { inRepo } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/** `npm run package`: the npm package of the elements, in `dist/package/` and as a tarball in `dist/`. */
await verb(async () => {
  await ensureDependencies();
  console.log(await packInto(inRepo('dist')));
});
