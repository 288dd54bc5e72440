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
