import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGatewayConfig } from '../../agent/cli/gateway-command.ts';
import { startGateway } from '../../agent/gateway.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';

/** A gateway in this process. */
export interface GatewayUnderTest {
  readonly url: string;
  readonly lines: readonly string[];
  /** What `/healthz` says of it. */
  health(): Promise<GatewayHealthAnswer>;
  stop(): Promise<void>;
}

export interface GatewayHealthAnswer {
  readonly history: { readonly state: string };
  readonly gateway: {
    readonly broker: { readonly state: string; readonly reason?: string; readonly version?: string };
    readonly hosts: Readonly<Record<string, number>>;
    readonly watched: number;
    readonly fills: { readonly total: number; readonly fromLog: number };
    readonly dropped: Readonly<Record<string, number>>;
  };
}

/** @param args beside `--from` */
export async function startGatewayUnderTest(
  from: string,
  args: readonly string[] = [],
): Promise<GatewayUnderTest> {
  const state = mkdtempSync(join(tmpdir(), 'gateway-'));
  const config = readGatewayConfig(
    ['node', 'metrics-panel', '--from', from, '--port', '0', '--state', state].concat(args),
  );
  const { log, lines } = capturedLog();
  const gateway = await startGateway(config, log);
  return {
    url: gateway.url,
    lines,
    health: async () => (await (await fetch(new URL('healthz', gateway.url))).json()) as GatewayHealthAnswer,
    stop: async () => {
      await gateway.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
