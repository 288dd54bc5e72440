import { afterEach, describe, expect, it } from 'vitest';
import { takeAccessToken } from './access-token.ts';

const { href } = location;
const visit = (address: string): void => history.replaceState(null, '', address);

afterEach(() => {
  visit(href);
  sessionStorage.clear();
});

describe('the token of the address', () => {
  it('is removed from the address, and kept for the tab', () => {
    visit('/monitor/?window=60#token=secret');
    expect(takeAccessToken()).toBe('secret');
    expect(location.pathname + location.search + location.hash).toBe('/monitor/?window=60');
    expect(takeAccessToken()).toBe('secret');
  });

  it('is not sent to another agent below another path of the same origin', () => {
    visit('/monitor/#token=secret');
    takeAccessToken();
    visit('/other/');
    expect(takeAccessToken()).toBeUndefined();
    visit('/monitor/index.html');
    expect(takeAccessToken()).toBe('secret');
  });
});
