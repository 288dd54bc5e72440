/** Loaded for a host that is down, or not known. */
export { HostFinder } from '../hosts/host-finder.ts';
export { hostGoneView, hostStateView, hostStyles, noHostView } from '../hosts/host-state-view.ts';
