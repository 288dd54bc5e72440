import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Whether V8 has optimised a hot function after three seconds, in a process that is busy or idle otherwise. */
async function isOptimised(isBusy: boolean): Promise<boolean> {
  const folder = mkdtempSync(join(HERE, '../.cache/engine-'));
  const program = join(folder, 'program.ts');
  // Bit 4 of the status: optimised by TurboFan (V8's runtime-test.cc). The whole hot function is a small part of what busy means here.
  writeFileSync(
    program,
    `import { optimiseWhenBusy } from '${HERE}engine.ts';
     setTimeout(() => optimiseWhenBusy(1000), 700);
     const status = new Function('f', 'return %GetOptimizationStatus(f)');
     function hot(n: number): number { let sum = 0; for (let i = 0; i < n; i += 1) sum += i % 7; return sum; }
     const untilMs = performance.now() + 3500;
     const turn = () => {
       if (performance.now() > untilMs) {
         console.log(String((status(hot) & 16) !== 0));
         process.exit();
       }
       ${isBusy ? 'const endMs = performance.now() + 15; while (performance.now() < endMs) hot(1000);' : 'hot(10_000);'}
       setTimeout(turn, ${isBusy ? 5 : 100});
     };
     turn();`,
  );
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--allow-natives-syntax',
      '--import',
      'tsx',
      program,
    ]);
    return stdout.trim() === 'true';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('lets V8 optimise a process that is busy, and only such a one', async () => {
  expect(await Promise.all([isOptimised(true), isOptimised(false)])).toEqual([true, false]);
}, 30_000);
