import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { NODE_FLAGS } from './node-flags.mjs';
import { inRepo } from './paths.mjs';

describe('the flags that the agent is shipped with', () => {
  it('are those of `npm start`', () => {
    expect(packageJson.scripts.start).toBe(`node ${NODE_FLAGS.join(' ')} tools/start.mjs`);
  });

  it('are those of the systemd unit', () => {
    const unit = readFileSync(inRepo('docs', 'deployment', 'metrics-panel.service'), 'utf8');
    expect(unit).toContain(
      `ExecStart=/usr/bin/node ${NODE_FLAGS.join(' ')} /opt/metrics-panel/dist/agent/main.js\n`,
    );
  });
});
