import { afterEach, describe, expect, it, vi } from 'vitest';
import { readGatewayConfig } from './gateway-command.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const read = (...args: string[]) => readGatewayConfig(['node', 'metrics-panel', ...args]);
const FROM = ['--from', 'nats://broker:4222'] as const;

describe('a gateway', () => {
  it('needs a broker, and keeps no history unless it is told to', () => {
    expect(() => read()).toThrow(/--from \(METRICS_PANEL_FROM\) is missing: give the address/);
    expect(read(...FROM)).toMatchObject({
      nats: { servers: ['nats://broker:4222'], credentialsFile: null, caFile: null },
      history: null,
      port: 8080,
      host: '127.0.0.1',
    });
  });

  it('takes what every service takes, from flags and variables', () => {
    vi.stubEnv('METRICS_PANEL_FROM', 'tls://one:4222,tls://two:4222');
    vi.stubEnv('METRICS_PANEL_NATS_CA', '/ca.pem');
    vi.stubEnv('METRICS_PANEL_TOKEN', 'secret');
    expect(
      read('--nats-credentials', '/gateway.nk', '--port', '0', '--allow-host', 'a.example'),
    ).toMatchObject({
      nats: {
        servers: ['tls://one:4222', 'tls://two:4222'],
        credentialsFile: '/gateway.nk',
        caFile: '/ca.pem',
      },
      port: 0,
      allowHosts: ['a.example'],
      token: 'secret',
    });
  });

  it('keeps histories of all hosts, or of some, for so many days', () => {
    expect(read(...FROM, '--history', '--state', '/state')).toMatchObject({
      history: { folder: '/state/history', days: 14 },
      historyHosts: ['*'],
    });
    expect(
      read(...FROM, '--history', '3', '--history-folder', '/h', '--history-hosts', 'web-*,db-1'),
    ).toMatchObject({ history: { folder: '/h', days: 3 }, historyHosts: ['web-*', 'db-1'] });
    vi.stubEnv('METRICS_PANEL_HISTORY', '7');
    expect(read(...FROM).history?.days).toBe(7);
  });

  it.each([
    [['--history-hosts', 'web-*'], /--history-hosts .*is of no use without --history/],
    [['--history', '0'], /--history.*whole number of days from 1 to 3650, or off/],
    [['--interval', '100'], /unknown option '--interval'/i],
    [['--source', 'linux'], /unknown option '--source'/i],
    [['extra'], /"extra" is no option/],
  ])('with %j is refused in one sentence', (args, message) => {
    expect(() => read(...FROM, ...args)).toThrow(message);
  });

  it.each(['http://broker', 'nats://user:secret@broker', 'nats://broker/path'])(
    'does not take %s for a broker, and does not repeat a secret',
    (from) => {
      expect(() => read('--from', from)).toThrow(/--from \(METRICS_PANEL_FROM\)/);
      expect(() => read('--from', from)).not.toThrow(/secret@/);
    },
  );
});
