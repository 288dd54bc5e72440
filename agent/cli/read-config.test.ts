import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from './read-config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const read = (...args: string[]) => readConfig(['node', 'metrics-panel', ...args]);

describe('list settings', () => {
  it('are empty by default', () => {
    expect(read()).toMatchObject({ allowHosts: [], allowOrigins: [], trustedProxies: [], tls: null });
  });

  it('take comma-separated values, or the flag repeatedly', () => {
    expect(read('--allow-host', 'a.example, *.b.example', '--allow-host', 'c.example').allowHosts).toEqual([
      'a.example',
      '*.b.example',
      'c.example',
    ]);
    expect(read('--trusted-proxy', '127.0.0.1,fd00::/8').trustedProxies).toEqual(['127.0.0.1', 'fd00::/8']);
  });

  it('come from variables, which flags override', () => {
    vi.stubEnv('METRICS_PANEL_ALLOW_ORIGIN', 'https://a.example,http://127.0.0.1:3000');
    expect(read().allowOrigins).toEqual(['https://a.example', 'http://127.0.0.1:3000']);
    expect(read('--allow-origin', 'https://b.example').allowOrigins).toEqual(['https://b.example']);
  });

  it('store names as browsers send them', () => {
    expect(read('--allow-host', 'Bücher.example').allowHosts).toEqual(['xn--bcher-kva.example']);
  });
});

it.each(['a/b', 'a\\b', 'a?b', 'a#b', 'u@a', 'a b', 'a\tb', '%61', 'a.example:80', '*.a/b', 'a,b/c'])(
  'a host name cannot be %j',
  (text) => {
    expect(() => read('--allow-host', text)).toThrow(/--allow-host.*Give names without a port or a path/);
  },
);

it.each(['/dev/null', '/dev/null/state', '/dev/null/a/b'])(
  'the state folder cannot be %s, because a file is in the way',
  (path) => {
    expect(() => read('--state', path)).toThrow(/--state.*It is no folder: choose one that this user can/);
  },
);

it('the state folder need not exist yet', () => {
  expect(read('--state', '/nowhere/yet/').stateFolder).toBe('/nowhere/yet');
});

it('connection limits and TLS files are read', () => {
  vi.stubEnv('METRICS_PANEL_MAX_CONNECTIONS', '7');
  vi.stubEnv('METRICS_PANEL_TLS_CERT', '/a/cert.pem');
  vi.stubEnv('METRICS_PANEL_TLS_KEY', '/a/key.pem');
  expect(read('--max-connections-per-address', '3')).toMatchObject({
    maxConnections: 7,
    maxConnectionsPerAddress: 3,
    tls: { cert: '/a/cert.pem', key: '/a/key.pem' },
  });
});

describe('the history', () => {
  it('is kept by default, for 14 days in 500 MB, in the state folder', () => {
    expect(read('--state', '/state').history).toEqual({
      folder: '/state/history',
      days: 14,
      maxBytes: 500_000_000,
    });
  });

  it('is not kept when it is off, by flag or variable', () => {
    expect(read('--history', 'off').history).toBeNull();
    vi.stubEnv('METRICS_PANEL_HISTORY', 'off');
    expect(read().history).toBeNull();
    expect(read('--history', '1').history?.days).toBe(1);
  });

  it.each(['0', '3651', '-1', '1.5', '14d', 'OFF', ''])('cannot be kept for %j days', (days) => {
    expect(() => read('--history', days)).toThrow(/--history.*whole number of days from 1 to 3650, or off/);
  });

  it.each([
    ['5MB', 5e6],
    ['200mb', 2e8],
    ['1.5 GB', 1.5e9],
    ['2TB', 2e12],
  ])('may take %s on disk', (size, bytes) => {
    expect(read('--history-max-size', size).history?.maxBytes).toBe(bytes);
  });

  it.each(['4MB', '0GB', '500', '500M', '1,5GB', '-1GB', 'GB', '1e3GB', '999kB', '200MiB', ''])(
    'cannot take %j',
    (size) => {
      expect(() => read('--history-max-size', size)).toThrow(
        /--history-max-size.*Give a size of at least 5MB in MB, GB or TB, such as 200MB or 2GB\./,
      );
    },
  );

  it('has a folder of its own if one is given', () => {
    vi.stubEnv('METRICS_PANEL_HISTORY_FOLDER', '/disk/history/');
    expect(read('--state', '/state').history?.folder).toBe('/disk/history');
    expect(() => read('--history-folder', ' ')).toThrow(/--history-folder.*Give a folder/);
    expect(() => read('--history-folder', '/dev/null/a')).toThrow(/--history-folder.*It is no folder/);
  });
});

describe('where to push to', () => {
  it('is nowhere by default', () => {
    expect(read('--push-interval', '30').exports).toBeNull();
  });

  it('is read with files and the interval', () => {
    vi.stubEnv('METRICS_PANEL_OTLP', 'http://127.0.0.1:4318');
    vi.stubEnv('METRICS_PANEL_MQTT_PASSWORD', '/a/password');
    expect(
      read(
        '--influx',
        'https://db.example/api/v2/write?org=o&bucket=b',
        '--influx-token',
        '/a/token',
        '--mqtt',
        'mqtts://me@broker.example',
        '--push-interval',
        '60',
      ).exports,
    ).toEqual({
      intervalMs: 60_000,
      otlp: { url: 'http://127.0.0.1:4318/', headersFile: null },
      influx: {
        url: 'https://db.example/api/v2/write?org=o&bucket=b&precision=ms',
        tokenFile: '/a/token',
      },
      mqtt: { url: 'mqtts://me@broker.example', passwordFile: '/a/password' },
    });
  });

  it.each([
    ['--otlp', 'http://me:hunter2@a.example', /--otlp-headers \(METRICS_PANEL_OTLP_HEADERS\)/],
    ['--otlp', 'http://hunter2@a.example', /--otlp-headers/],
    ['--influx', 'http://me:hunter2@a.example/write', /USER:PASSWORD into a file.*--influx-token/],
    ['--influx', 'http://a.example/write?db=a&u=me&p=hunter2', /--influx-token/],
    ['--mqtt', 'mqtt://me:hunter2@a.example', /--mqtt-password/],
    ['--otlp', 'hunter2.example:4318', /is not an address of http:\/\/ or https:\/\/: give one such as/],
    ['--otlp', 'grpc://hunter2', /http:\/\//],
    ['--influx', 'http://hunter2.example', /lacks the path: .*\/write\?db=metrics, or \/api\/v2\/write/],
    ['--mqtt', 'http://hunter2.example', /mqtt:\/\/ or mqtts:\/\//],
    ['--mqtt', 'mqtt://a.example/hunter2', /without a path/],
    ['--mqtt', 'mqtt:hunter2', /--mqtt/],
  ])('%s refuses %s with the fix, and does not repeat it', (flag, address, expected) => {
    expect(() => read(flag, address)).toThrow(expected);
    expect(() => read(flag, address)).not.toThrow(/hunter2/);
  });

  it('is no file without an address', () => {
    expect(() => read('--influx-token', '/a/token')).toThrow(
      '--influx-token (METRICS_PANEL_INFLUX_TOKEN) is of no use without --influx (METRICS_PANEL_INFLUX): give both.',
    );
    expect(() => read('--push-interval', '0', '--otlp', 'http://a')).toThrow(/whole number from 1 to 300/);
  });
});
