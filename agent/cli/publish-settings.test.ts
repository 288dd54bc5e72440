import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from './read-config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const read = (...args: string[]) => readConfig(['node', 'metrics-panel', ...args]).publish;

describe('publishing to NATS', () => {
  it('is off unless a server is given', () => {
    expect(read()).toBeNull();
  });

  it('takes the servers of one cluster, as this name, with files', () => {
    expect(
      read(
        '--publish=nats://a.example:4222, tls://[::1]:4223',
        '--publish-as=web-1',
        '--nats-credentials=/etc/metrics-panel/web-1.nk',
        '--nats-ca=/etc/ca.pem',
      ),
    ).toEqual({
      servers: ['nats://a.example:4222', 'tls://[::1]:4223'],
      name: 'web-1',
      credentialsFile: '/etc/metrics-panel/web-1.nk',
      caFile: '/etc/ca.pem',
    });
  });

  it('is set by variables too', () => {
    vi.stubEnv('METRICS_PANEL_PUBLISH', 'nats://a.example:4222');
    vi.stubEnv('METRICS_PANEL_PUBLISH_AS', 'web-1');
    vi.stubEnv('METRICS_PANEL_NATS_CREDENTIALS', '/a.nk');
    vi.stubEnv('METRICS_PANEL_NATS_CA', '/ca.pem');
    expect(read()).toEqual({
      servers: ['nats://a.example:4222'],
      name: 'web-1',
      credentialsFile: '/a.nk',
      caFile: '/ca.pem',
    });
  });

  it.each([
    [
      'broker',
      /--publish .*is not an address of nats:\/\/ or tls:\/\/: give one such as nats:\/\/broker:4222/,
    ],
    ['http://broker:4222', /is not an address/],
    ['', /is not an address/],
    ['nats://a:4222,', /is not an address/],
    ['nats://', /--publish/],
    ['nats://u:p@broker:4222', /holds a user name or password.*--nats-credentials/],
    ['nats://broker:4222/path', /takes a server without a path/],
  ])('refuses %j as a server', (servers, message) => {
    expect(() => read('--publish', servers)).toThrow(message);
  });

  it.each(['', 'a.b', 'web 1', '*', '>', 'a'.repeat(65), 'ü'])('refuses %j as a name in subjects', (name) => {
    expect(() => read('--publish', 'nats://a:4222', '--publish-as', name)).toThrow(
      /--publish-as.*Give up to 64 letters, digits, _ and -/,
    );
  });

  it.each([
    ['--publish-as', 'web-1'],
    ['--nats-credentials', '/a.nk'],
    ['--nats-ca', '/ca.pem'],
  ])('%s is of no use alone', (flag, value) => {
    expect(() => read(flag, value)).toThrow(new RegExp(`${flag} .*of no use without --publish`));
  });
});
