import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { HostDetails } from '../../../shared/protocol/messages.ts';
import { DIST, IS_SOURCE } from '../../build-info.ts';
import { cleanLabel } from '../instances.ts';

const DEADLINE_MS = 10_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const MAX_THINGS = 64;

const PROGRAM = IS_SOURCE
  ? fileURLToPath(new URL('./details-process.ts', import.meta.url))
  : `${DIST}agent/details-process.js`;

const text = v.pipe(v.string(), v.transform(cleanLabel), v.minLength(1));
const texts = v.pipe(v.array(text), v.minLength(1), v.maxLength(MAX_THINGS));

/** What the program prints. Absent fields are not known. */
export const slowDetailsSchema = v.object({
  operatingSystem: v.optional(text),
  cpuModel: v.optional(text),
  kind: v.optional(v.picklist(['machine', 'vm'])),
  platform: v.optional(text),
  gpus: v.optional(texts),
  disks: v.optional(texts),
});
export type SlowDetails = v.InferOutput<typeof slowDetailsSchema>;

let underWay: Promise<Partial<HostDetails>> | null = null;

/**
 * Details of a non-Linux host that never change and are slow to find out: graphics cards, disks, the names of the operating system, the
 * processor and the hypervisor. Fields that are not known within 10 s are absent. Never rejects. Concurrent calls share one run.
 *
 * systeminformation starts about thirty programs for this, and each fork stalls the parent in proportion to its memory. The agent therefore
 * starts a single small process, which starts the rest.
 */
export function readSlowDetails(): Promise<Partial<HostDetails>> {
  underWay ??= runDetailsProgram(PROGRAM).finally(() => {
    underWay = null;
  });
  return underWay;
}

/** What `program` prints within `deadlineMs`; empty if it fails, prints anything else, or is too slow. Never rejects. */
export function runDetailsProgram(program: string, deadlineMs = DEADLINE_MS): Promise<Partial<HostDetails>> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...(program.endsWith('.ts') ? ['--import', 'tsx'] : []), program],
      // Node resolves tsx from here.
      {
        cwd: dirname(program),
        env: needed(process.env),
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error, output) => resolve(error === null ? parseDetails(output) : {}),
    );
    // Do not keep a stopping agent alive.
    child.unref();
  });
}

/** Without the agent's token, and without a display, which may be another machine's. */
function needed(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { METRICS_PANEL_TOKEN: _token, DISPLAY: _display, ...rest } = env;
  return rest;
}

function parseDetails(output: string): Partial<HostDetails> {
  try {
    const parsed = v.safeParse(slowDetailsSchema, JSON.parse(output));
    return parsed.success ? parsed.output : {};
  } catch {
    return {};
  }
}
