import { describe, expect, it } from 'vitest';
import { metric } from '../testing/fake-collector.ts';
import {
  cleanAlert,
  cleanCatalogue,
  cleanFacts,
  cleanLabels,
  cleanLine,
  cleanRows,
  cleanSummary,
  cleanTables,
} from './clean.ts';
import { unmeasuredHost } from '../../shared/testing/example-messages.ts';

/** Turns the text after it around. */
const BIDI = '\u202e';
const TEXT = `${BIDI}t`;
const PROCESSES = {
  name: 'processes',
  label: TEXT,
  group: TEXT,
  columns: [{ name: 'pid', label: TEXT, unit: TEXT }],
  help: TEXT,
  source: TEXT,
};

describe('what another agent says of its host', () => {
  it('loses what would act where it is shown', () => {
    const shown = [
      cleanFacts({ kernel: TEXT, cores: 4, gpus: [TEXT] }),
      cleanCatalogue([
        { ...metric('cpu'), label: TEXT, unit: TEXT, group: TEXT, instance: TEXT, help: TEXT, source: TEXT },
      ]),
      cleanTables([PROCESSES]),
      cleanRows({ name: 'processes', rows: [[TEXT]] }, [PROCESSES]),
      cleanLine({
        rule: 'r',
        title: TEXT,
        severity: 'trouble',
        metrics: [],
        direction: 'above',
        threshold: 1,
      }),
      cleanLabels({ [TEXT]: TEXT }),
    ];
    expect(JSON.stringify(shown)).not.toContain(BIDI);
    expect(shown).toMatchObject([
      { kernel: 't', cores: 4, gpus: ['t'] },
      [{ name: 'cpu', label: 't' }],
      [{}],
      {},
      {},
      {},
    ]);
  });

  it('loses it in alerts too, with names without an end', () => {
    const worst = { title: TEXT, metric: 'x'.repeat(1000), severity: 'trouble', sinceMs: 1 };
    const { alerts } = cleanSummary({ ...SUMMARY, alerts: { warning: 0, trouble: 1, worst } });
    const alert = cleanAlert({ ...ALERT, title: TEXT, unit: TEXT, metric: worst.metric });
    expect(alerts?.worst).toMatchObject({ title: 't', metric: 'x'.repeat(253) });
    expect(alert).toMatchObject({ title: 't', unit: 't', metric: 'x'.repeat(253) });
  });

  it('has its id for a name that is nothing', () => {
    expect(cleanSummary({ ...SUMMARY, label: `${BIDI}\n` }).label).toBe('web-1');
  });

  it('has metrics and tables whose names can be asked for, each once, or none', () => {
    expect(cleanCatalogue([metric('cpu'), metric('cpu')])).toBeUndefined();
    expect(cleanCatalogue([metric(TEXT)])).toBeUndefined();
    expect(cleanTables([PROCESSES, PROCESSES])).toBeUndefined();
    expect(
      cleanTables(Array.from({ length: 65 }, (_, index) => ({ ...PROCESSES, name: `t${index}` }))),
    ).toBeUndefined();
  });

  it('has rows of tables that it has described', () => {
    expect(cleanRows({ name: 'others', rows: [[1]] }, [PROCESSES])).toBeUndefined();
    expect(cleanRows({ name: 'processes', rows: [[1, 2]] }, [PROCESSES])).toBeUndefined();
    expect(cleanRows({ name: 'processes', rows: [[1]] }, [PROCESSES])).toEqual({
      name: 'processes',
      rows: [[1]],
    });
  });
});

const SUMMARY = unmeasuredHost('web-1');

const ALERT = {
  id: 'a',
  rule: 'r',
  title: 't',
  host: 'web-1',
  metric: null,
  severity: 'trouble',
  state: 'firing',
  sinceMs: 1,
  firedMs: 1,
  endedMs: null,
  outcome: null,
  value: null,
  worst: null,
  threshold: null,
  unit: 'percent',
  noDataSinceMs: null,
  acknowledgedMs: null,
  silencedUntilMs: null,
};
