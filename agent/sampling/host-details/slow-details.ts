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

/** The program; from source Node needs a compiler for it. */
const PROGRAM = IS_SOURCE
  ? fileURLToPath(new URL('./details-process.ts', import.meta.url))
  : `${DIST}agent/details-process.js`;
const NODE_FLAGS = IS_SOURCE ? ['--import', 'tsx'] : [];

const text = v.pipe(v.string(), v.transform(cleanLabel), v.minLength(1));
const texts = v.pipe(v.array(text), v.minLength(1), v.maxLength(MAX_THINGS));

/** The facts that take programs to find out. Absent fields are not known. */
export const slowFactsSchema = v.object({
  operatingSystem: v.optional(text),
  cpuModel: v.optional(text),
  kind: v.optional(v.picklist(['machine', 'vm'])),
  platform: v.optional(text),
  gpus: v.optional(texts),
  disks: v.optional(texts),
});
export type SlowDetails = v.InferOutput<typeof slowFactsSchema>;

let underWay: Promise<Partial<HostDetails>> | null = null;

/**
 * What takes time to find out about a host that is no Linux and does not change: graphics cards and disks, the name of the operating
 * system, of the processor and of a virtual machine. Whatever is not known within 10 s, for whatever reason, is
 * absent; never rejects. Asked twice at once, it is found out once.
 *
 * systeminformation starts some thirty programs for this, and each start stops a process for as long as its memory is large. So
 * the agent starts but one, and that one the others.
 * @param program another one, for tests
 */
export function readSlowDetails(program = PROGRAM, deadlineMs = DEADLINE_MS): Promise<Partial<HostDetails>> {
  underWay ??= askProgram(program, deadlineMs).finally(() => {
    underWay = null;
  });
  return underWay;
}

function askProgram(program: string, deadlineMs: number): Promise<Partial<HostDetails>> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...NODE_FLAGS, program],
      // Where the compiler is found.
      {
        cwd: dirname(program),
        env: needed(process.env),
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error, output) => resolve(error === null ? parseFacts(output) : {}),
    );
    // An agent that stops does not wait for it.
    child.unref();
  });
}

/** Nothing that is started here has a use for the secret, or for a display, which may be another machine's. */
function needed(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { METRICS_PANEL_TOKEN: _token, DISPLAY: _display, ...rest } = env;
  return rest;
}

function parseFacts(output: string): Partial<HostDetails> {
  try {
    const parsed = v.safeParse(slowFactsSchema, JSON.parse(output));
    return parsed.success ? parsed.output : {};
  } catch {
    return {};
  }
}
