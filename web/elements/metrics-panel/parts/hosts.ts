/** Loaded for a host that is down, or not known. */
export { HostState } from '../hosts/host-state.ts';
export { hostStyles } from '../hosts/host-state-view.ts';
