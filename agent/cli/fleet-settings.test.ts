import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from './read-config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const read = (...args: string[]) => readConfig(['node', 'metrics-panel', ...args]);

describe('agents to relay', () => {
  it('are none by default', () => {
    expect(read().relay).toBeNull();
  });

  it('come from the flag repeatedly, or from a variable with commas; one that is named twice counts once', () => {
    const expected = {
      urls: ['https://web-1:8080/', 'http://10.0.0.2:8080/panel'],
      tokensFile: '/etc/tokens',
      caFile: '/etc/ca.pem',
    };
    const files = ['--relay-tokens', '/etc/tokens', '--relay-ca', '/etc/ca.pem'];
    expect(
      read('--relay', 'https://web-1:8080', '--relay', 'http://10.0.0.2:8080/panel', ...files).relay,
    ).toEqual(expected);
    vi.stubEnv('METRICS_PANEL_RELAY', 'https://web-1:8080, http://10.0.0.2:8080/panel,https://web-1:8080/');
    expect(read(...files).relay).toEqual(expected);
  });

  it('take neither files by default', () => {
    expect(read('--relay', 'https://web-1:8080').relay).toMatchObject({ tokensFile: null, caFile: null });
  });

  it.each([
    ['web-1:8080', /is not an address of http:\/\/ or https:\/\/: give one such as https:\/\/other:8080/],
    ['ws://hunter2', /http:\/\/ or https:\/\//],
    ['hunter2', /--relay \(METRICS_PANEL_RELAY\)/],
    ['', /is not an address/],
    ['https://me:hunter2@web-1', /put the token into a file, and name that with --relay-tokens/],
    ['https://web-1/#token=hunter2', /METRICS_PANEL_RELAY_TOKENS/],
    ['https://web-1/?token=hunter2', /--relay-tokens/],
  ])('are refused as %j with the fix, which does not repeat it', (address, expected) => {
    expect(() => read('--relay', address)).toThrow(expected);
    expect(() => read('--relay', address)).not.toThrow(/hunter2/);
  });

  it.each(['--relay-tokens', '--relay-ca'])('are what %s is of no use without', (flag) => {
    expect(() => read(flag, '/etc/file')).toThrow(
      /of no use without --relay \(METRICS_PANEL_RELAY\): give both/,
    );
  });
});
