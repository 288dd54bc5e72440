import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostRegistry } from '../../hosts/host-registry.ts';
import { HistoryError } from '../../store/sample-history.ts';
import { MemoryHistory } from '../../testing/memory-history.ts';
import { RecordedAgent } from '../../testing/recorded-agent.ts';
import type { AlertRule, Reading } from '../alert-rule.ts';
import { AlertEngine } from './alert-engine.ts';
import { EngineBed, ruleOf } from './testing/engine-bed.ts';

/** Fires at once, whatever the reading is. */
function anyReading(reading: Reading, metrics = ['disk']): AlertRule {
  return ruleOf({
    metrics,
    condition: { kind: 'threshold', reading, direction: 'above', threshold: -1e9, clear: -2e9 },
  });
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seed-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

// After a first run of 1200 samples, whose value is their number, and three samples of a second run. A long window gets steps of some seconds.
it.each([
  ['mean', 60, (((1144 + 1200) / 2) * 57 + 1 + 2 + 3) / 60],
  ['min', 60, 1],
  ['max', 1000, 1200],
  ['change', 60, 3 - 1144],
] as const)(
  '%s over %d s goes on over a restart of the agent, from the history',
  async (kind, seconds, expected) => {
    const first = new RecordedAgent(folder);
    await first.run(1200);
    await first.stop();
    const second = new RecordedAgent(folder);
    second.clock.stall(1_200_000);
    const engine = new AlertEngine({ hosts: new HostRegistry([second.host]), clock: second.clock });
    engine.setRules([anyReading({ kind, windowMs: seconds * 1000 }, ['memory'])]);
    // The history is open from the second sample on.
    await second.run(2);
    second.host.onSample((sample) => engine.accept(second.host, sample));
    await second.run(1);
    expect(engine.takeChanges().map(({ alert }) => alert.value)).toEqual([expected]);
    await second.stop();
  },
);

it('a new rule knows what the ring has where no history is kept, or where it cannot be read', () => {
  const broken = new MemoryHistory({ metrics: ['disk'] });
  broken.plan = () => {
    throw new HistoryError('the file is damaged');
  };
  for (const history of [undefined, broken]) {
    const bed = new EngineBed([]);
    bed.history = history;
    for (let value = 1; value <= 100; value += 1) bed.sample({ disk: value });
    bed.setRules(anyReading({ kind: 'mean', windowMs: 10_000 }));
    bed.sample({ disk: 101 });
    expect(bed.told.map(({ alert }) => alert.value)).toEqual([96.5]);
  }
});

it('a rule whose window changes fills it anew, and keeps its alert', () => {
  const bed = new EngineBed([anyReading({ kind: 'mean', windowMs: 10_000 })]);
  for (let value = 1; value <= 100; value += 1) bed.sample({ disk: value });
  bed.setRules(anyReading({ kind: 'mean', windowMs: 20_000 }));
  bed.sample({ disk: 101 });
  expect(bed.messages).toEqual(['fired full disk']);
  expect(bed.active).toMatchObject([{ state: 'firing', value: 91.5 }]);
});
