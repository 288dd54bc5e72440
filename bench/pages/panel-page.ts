/** The agent's own panel, as people embed it; `?metrics=` of the address. */
import { received } from './painted.ts';

const panel = document.createElement('metrics-panel');
panel.setAttribute('metrics', new URLSearchParams(location.search).get('metrics') ?? '');
panel.setAttribute('layout', 'compact');
panel.setAttribute('interval', '100');
panel.addEventListener('sample', (event) => {
  received((event as CustomEvent<{ timestampMs: number }>).detail.timestampMs);
});
const script = document.createElement('script');
script.type = 'module';
script.src = '/embed/metrics-panel.js';
document.body.append(script, panel);
