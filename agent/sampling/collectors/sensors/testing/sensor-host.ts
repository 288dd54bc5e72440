import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { Collector } from '../../../collector.ts';
import { sensorsCollector } from '../linux.ts';

/** A temporary `/sys`, removed when the test ends. */
export class SensorHost {
  readonly sys = mkdtempSync(join(tmpdir(), 'sensors-'));
  #collector: Collector | undefined;
  #nowMs = 0;

  constructor() {
    onTestFinished(() => {
      this.#collector?.close?.();
      rmSync(this.sys, { recursive: true });
    });
  }

  /** @param folder below `/sys`, created if missing */
  put(folder: string, files: Readonly<Record<string, string | number>>): this {
    for (const [path, text] of Object.entries(files)) {
      const whole = join(this.sys, folder, path);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, `${text}\n`);
    }
    return this;
  }

  /** Both below `/sys`. */
  link(path: string, target: string): this {
    mkdirSync(dirname(join(this.sys, path)), { recursive: true });
    symlinkSync(join(this.sys, target), join(this.sys, path));
    return this;
  }

  get collector(): Collector {
    this.#collector ??= sensorsCollector(
      { proc: join(this.sys, 'proc'), sys: this.sys },
      { now: () => this.#nowMs },
    );
    return this.#collector;
  }

  /** Values by name as of the last answers; starts the next round. */
  read(atMs: number): Record<string, number | null | undefined> {
    this.#nowMs = atMs;
    const { collector } = this;
    const values = collector.read(atMs);
    if (values instanceof Promise) throw new Error('nobody waits for a sensor');
    return Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index]]));
  }

  /** Answers to a round at `atMs`. A battery that is probed last shows when the round is complete. */
  async answers(atMs: number): Promise<Record<string, number | null | undefined>> {
    this.put('class/power_supply/last', { type: 'Battery', capacity: Math.floor(atMs / 1000) % 100 });
    let values = this.read(atMs);
    await vi.waitUntil(() => (values = this.read(atMs))['battery.last'] === Math.floor(atMs / 1000) % 100, {
      timeout: 10_000,
      interval: 5,
    });
    delete values['battery.last'];
    return values;
  }
}
