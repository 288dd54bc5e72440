import os from 'node:os';
import { expect, it } from 'vitest';
import { readHostFacts } from './facts.ts';

it('the facts of this host are known and plausible', async () => {
  const facts = await readHostFacts();
  expect(facts.cores).toBe(os.cpus().length);
  expect(facts.memoryTotalBytes).toBe(os.totalmem());
  expect(facts.architecture).toBe(os.arch());
  expect(facts.operatingSystem).toMatch(/\S/);
  expect(facts.kernel).toMatch(/\S/);
  expect(facts.bootedAtMs).toBeLessThan(Date.now());
});
