import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import * as identity from '../../exports/host-identity.ts';
import { hostName } from './host-name.ts';

vi.mock('../../exports/host-identity.ts', { spy: true });
const folder = mkdtempSync(join(tmpdir(), 'host-name-'));
const MACHINE_ID = '0123456789abcdef0123456789abcdef';

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('is made of the id of the machine, which it does not tell, and stays the same', async () => {
  vi.mocked(identity.readMachineId).mockReturnValue(MACHINE_ID);
  const name = await hostName(folder);
  expect(name).toMatch(/^[0-9a-f]{32}$/);
  expect(name).not.toBe(MACHINE_ID);
  expect(await hostName('/nowhere')).toBe(name);
});

it('is kept in the state folder where the machine has no id', async () => {
  vi.mocked(identity.readMachineId).mockReturnValue(null);
  const names = await Promise.all([hostName(folder), hostName(folder)]);
  expect(names[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(names[1]).toBe(names[0]);
  expect(await hostName(folder)).toBe(names[0]);
  expect(readdirSync(folder)).toEqual(['publish-id']);
});
