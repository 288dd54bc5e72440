import { describe, expect, it } from 'vitest';
import { isTooOld, lacksSecurityFixes } from './server-version.ts';

describe('versions of nats-server', () => {
  it('are good from 2.9 on', () => {
    expect(['1.4.1', '2.2.0', '2.8.4'].filter(isTooOld)).toHaveLength(3);
    expect(['2.9.0', '2.9.10', '2.10.27', '2.15.1', '3.0.0', '2.9.0-RC.1'].filter(isTooOld)).toEqual([]);
  });

  it('lack fixes before 2.12.12, and 2.13 as well as 2.14 before 2.14.3', () => {
    const old = ['2.9.10', '2.10.27', '2.11.20', '2.12.11', '2.14.0', '2.14.2'];
    expect(old.filter(lacksSecurityFixes)).toEqual(old);
    expect(['2.12.12', '2.12.20', '2.14.3', '2.15.1', '3.0.0'].filter(lacksSecurityFixes)).toEqual([]);
  });
});
