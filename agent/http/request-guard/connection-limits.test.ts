import { describe, expect, it } from 'vitest';
import { ConnectionLimits, type Reservation } from './connection-limits.ts';

function reserve(limits: ConnectionLimits, address: string, needsToken = true): Reservation {
  const reservation = limits.reserve(address, needsToken);
  if (typeof reservation === 'string') throw new Error(reservation);
  return reservation;
}

describe('live connections', () => {
  it('are limited in total and per address', () => {
    const limits = new ConnectionLimits({ maxConnections: 3, maxConnectionsPerAddress: 2 });
    const reservations = [reserve(limits, 'a'), reserve(limits, 'a')];
    expect(limits.reserve('a', true)).toBe('address');
    reservations.push(reserve(limits, 'b'));
    expect(limits.reserve('b', true)).toBe('all');
    expect(limits.open).toBe(3);
    reservations[0]?.release();
    reservations[0]?.release();
    expect(limits.open).toBe(2);
    reserve(limits, 'a');
    expect(limits.reserve('c', true)).toBe('all');
  });

  it('are limited to eight unauthenticated ones per address', () => {
    const limits = new ConnectionLimits({ maxConnections: 100, maxConnectionsPerAddress: 50 });
    const reservations = Array.from({ length: 8 }, () => reserve(limits, 'a'));
    expect(limits.reserve('a', true)).toBe('unauthenticated');
    reserve(limits, 'b');
    reservations[0]?.markAuthenticated();
    reservations[0]?.markAuthenticated();
    reserve(limits, 'a');
    expect(limits.reserve('a', true)).toBe('unauthenticated');
    reservations[1]?.release();
    reservations[1]?.markAuthenticated();
    reserve(limits, 'a');
    expect(limits.reserve('a', true)).toBe('unauthenticated');
    reservations[0]?.release();
    expect(limits.reserve('a', true)).toBe('unauthenticated');
  });

  it('may be more than eight if they are authenticated or need not be', () => {
    const limits = new ConnectionLimits({ maxConnections: 100, maxConnectionsPerAddress: 20 });
    const unauthenticated = Array.from({ length: 8 }, () => reserve(limits, 'a'));
    const known = Array.from({ length: 12 }, () => reserve(limits, 'a', false));
    expect(limits.reserve('a', false)).toBe('address');
    for (const reservation of known) reservation.release();
    expect(limits.reserve('a', true)).toBe('unauthenticated');
    unauthenticated[0]?.release();
    reserve(limits, 'a');
  });

  it('of an IPv6 /64 count together', () => {
    const limits = new ConnectionLimits({ maxConnections: 100, maxConnectionsPerAddress: 2 });
    reserve(limits, '2001:db8:1:2::1');
    const second = reserve(limits, '2001:db8:1:2:ffff::2');
    expect(limits.reserve('2001:db8:1:2::3', true)).toBe('address');
    reserve(limits, '2001:db8:1:3::1');
    second.release();
    reserve(limits, '2001:db8:1:2::3');
  });
});
