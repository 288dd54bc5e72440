/** The agent's own panel, as people embed it (`?metrics=…&interval=100`). */
import { received } from './painted.ts';

const panel = document.createElement('metrics-panel');
panel.setAttribute('layout', 'compact');
for (const [name, value] of new URLSearchParams(location.search)) panel.setAttribute(name, value);
panel.addEventListener('sample', (event) => {
  received((event as CustomEvent<{ timestampMs: number }>).detail.timestampMs);
});
const script = document.createElement('script');
script.type = 'module';
script.src = '/embed/metrics-panel.js';
document.body.append(script, panel);
