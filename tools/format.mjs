import { binOf } from './lib/bin.mjs';
import { runInFront } from './lib/child.mjs';
import { ROOT } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/** `npm run format`: mends what can be mended by itself, first lint findings, then the layout. */
await verb(async () => {
  await ensureDependencies();
  const lint = await runInFront(process.execPath, [binOf('oxlint'), '--fix'], { cwd: ROOT });
  const format = await runInFront(process.execPath, [binOf('oxfmt')], { cwd: ROOT });
  return lint || format;
});
