import { describe, expect, it } from 'vitest';
import { describeWrongOrigin } from '../agent/auth/authenticator.ts';
import { processTable } from '../agent/sampling/collectors/processes/metrics.ts';
import { stateWord } from '../agent/sampling/collectors/processes/proc-pid-stat.ts';
import { everyMetric } from '../agent/sampling/every-metric.ts';
import {
  blocked,
  noRoom,
  noSocket,
  tokensUnreadable,
  unknownHost,
  unknownOrigin,
} from '../agent/http/request-guard/refusal-messages.ts';
import { createCollectors } from '../agent/sampling/sources.ts';
import { THIS_HOST } from '../agent/sampling/kernel/roots.ts';
import { labelOf, translate, translateAt } from '../web/locales/agent-texts.ts';
import { zhCn } from '../web/locales/zh-cn.ts';

const SOURCE = 'linux';
const THING = '⌘';
const SUBJECTS = (['linux', 'systeminformation'] as const).flatMap((source) =>
  createCollectors({ source, roots: THIS_HOST, processArguments: true }, { warn: () => {} }).map(
    ({ subject }) => subject,
  ),
);

const CATALOGUE = everyMetric(SOURCE, '7', THING, [...new Set(['agent', ...SUBJECTS])]);
/** Terms that Chinese writes in Latin letters. */
const isChinese = (text: string): boolean =>
  !/[a-z]/i.test(text.replaceAll(/CPU|I\/O|TCP|UDP|TIME_WAIT|inode|PID|ZFS|ARC/g, ''));

describe('the agent in Chinese', () => {
  it('has a distinct label for every metric', () => {
    const labels = CATALOGUE.map((metric) => labelOf(metric, zhCn));
    expect(labels.filter((label) => !isChinese(label))).toEqual([]);
    const ofOneGroup = CATALOGUE.map((metric) => `${metric.group} ${labelOf(metric, zhCn)} ${metric.unit}`);
    // Power has two metrics with one label, of which a host has either.
    expect(ofOneGroup.length - new Set(ofOneGroup).size).toBe(1);
  });

  it('has no label for a metric that no longer exists', () => {
    const names = CATALOGUE.map(({ name }) => name);
    const unused = Object.keys(zhCn.labels).filter((pattern) => {
      const shape = new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[^.]+')}$`);
      return !names.some((name) => shape.test(name));
    });
    expect(unused).toEqual([]);
  });

  it('translates every subject, and the table with its columns', () => {
    const table = processTable(SOURCE, true);
    const texts = [
      ...CATALOGUE.map(({ group }) => group),
      table.group,
      table.label,
      ...table.columns.map(({ label }) => label),
    ];
    expect(texts.map((text) => translate(text, zhCn)).filter((text) => !isChinese(text))).toEqual([]);
    const states = 'RSDTtZXIP'.split('').map((letter) => stateWord(letter.codePointAt(0) ?? 0) ?? '');
    expect(
      states.map((state) => translateAt('state', state, zhCn)).filter((text) => !isChinese(text)),
    ).toEqual([]);
  });

  it('translates the reasons for an interrupted and for a refused connection', () => {
    const refusals = [
      ...(['all', 'address', 'unauthenticated'] as const).map((limit) => noRoom(limit, '192.0.2.1')),
      ...(['all', 'address', 'files'] as const).map((limit) => noSocket(limit, '192.0.2.1')),
      blocked('192.0.2.1', 1000),
      tokensUnreadable('https://a.example'),
      unknownHost('a.example'),
      unknownOrigin('https://a.example', false),
      unknownOrigin('https://a.example', true),
      unknownOrigin('null', true),
    ];
    const sentences = [
      ...refusals.map(({ sentence }) => sentence.replace(/\.$/, '')),
      describeWrongOrigin('https://a.example'),
    ];
    expect(sentences.filter((sentence) => translate(sentence, zhCn) === sentence)).toEqual([]);
  });
});
