import { describe, expect, it } from 'vitest';
import { ConnectionLimits, type Place } from './connection-limits.ts';

function enter(limits: ConnectionLimits, address: string, isStranger = true): Place {
  const place = limits.enter(address, isStranger);
  if (typeof place === 'string') throw new Error(place);
  return place;
}

describe('live connections', () => {
  it('are as many as may be, in all and for each address', () => {
    const limits = new ConnectionLimits({ maxConnections: 3, maxConnectionsPerAddress: 2 });
    const places = [enter(limits, 'a'), enter(limits, 'a')];
    expect(limits.enter('a', true)).toBe('address');
    places.push(enter(limits, 'b'));
    expect(limits.enter('b', true)).toBe('all');
    expect(limits.open).toBe(3);
    places[0]?.leave();
    places[0]?.leave();
    expect(limits.open).toBe(2);
    enter(limits, 'a');
    expect(limits.enter('c', true)).toBe('all');
  });

  it('are eight for each address that have not shown who they are', () => {
    const limits = new ConnectionLimits({ maxConnections: 100, maxConnectionsPerAddress: 50 });
    const places = Array.from({ length: 8 }, () => enter(limits, 'a'));
    expect(limits.enter('a', true)).toBe('unadmitted');
    enter(limits, 'b');
    places[0]?.admitted();
    places[0]?.admitted();
    enter(limits, 'a');
    expect(limits.enter('a', true)).toBe('unadmitted');
    places[1]?.leave();
    places[1]?.admitted();
    enter(limits, 'a');
    expect(limits.enter('a', true)).toBe('unadmitted');
    places[0]?.leave();
    expect(limits.enter('a', true)).toBe('unadmitted');
  });

  it('are more than eight where they need not show it, or have', () => {
    const limits = new ConnectionLimits({ maxConnections: 100, maxConnectionsPerAddress: 20 });
    const strangers = Array.from({ length: 8 }, () => enter(limits, 'a'));
    const known = Array.from({ length: 12 }, () => enter(limits, 'a', false));
    expect(limits.enter('a', false)).toBe('address');
    for (const place of known) place.leave();
    expect(limits.enter('a', true)).toBe('unadmitted');
    strangers[0]?.leave();
    enter(limits, 'a');
  });

  it('are those of a whole /64 of IPv6 together', () => {
    const limits = new ConnectionLimits({ maxConnections: 100, maxConnectionsPerAddress: 2 });
    enter(limits, '2001:db8:1:2::1');
    const second = enter(limits, '2001:db8:1:2:ffff::2');
    expect(limits.enter('2001:db8:1:2::3', true)).toBe('address');
    enter(limits, '2001:db8:1:3::1');
    second.leave();
    enter(limits, '2001:db8:1:2::3');
  });
});
