import { expect, it } from 'vitest';
import { hostNames } from './host-names.ts';

it('tells hosts of one label apart by their ids, and leaves all others alone', () => {
  const hosts = [
    { id: 'web-1', label: 'vm' },
    { id: 'vm', label: 'vm' },
    { id: 'vm@localhost:8081', label: 'vm' },
    { id: 'x', label: 'nas' },
  ];
  expect(hosts.map(hostNames([...hosts, ...hosts]))).toEqual([
    'vm · web-1',
    'vm',
    'vm@localhost:8081',
    'nas',
  ]);
});
