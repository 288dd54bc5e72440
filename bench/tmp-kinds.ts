import http from 'node:http';
import { WebSocket } from 'ws';
import { startAgent } from './servers/agent-process.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, median } from './measure/statistics.ts';
import { cpuMs } from './measure/process-figures.ts';
import { fork } from 'node:child_process';
if (process.argv[2] === 'attack') {
  const [, , , kind, port] = process.argv; const p = Number(port);
  const S = (n: number, f: (i: number) => object) => JSON.stringify({ type: 'batch', messages: Array.from({ length: n }, (_, i) => f(i)) });
  const addr = (i: number) => `127.77.1.${(i % 10) + 1}`;
  let done = 0; setInterval(() => process.send?.(done), 500);
  const subs = (n: number, f: object = {}) => Array.from({ length: n }, (_, i) => ({ sub: 's' + i, metrics: ['*'], ...f }));
  const httpLoop = (i: number, path: string, body?: string) => { const agent = new http.Agent({ keepAlive: true, maxSockets: 1, localAddress: addr(i) } as any);
    const go = () => { const r = http.request({ host: '127.0.0.1', port: p, path, agent, method: body ? 'POST' : 'GET', localAddress: addr(i) }, (res) => { res.resume().on('end', () => { done++; setImmediate(go); }).on('error', () => setTimeout(go, 50)); }); r.on('error', () => setTimeout(go, 50)); r.end(body); }; go(); };
  const sse = (i: number, q: string) => { const r = http.get({ host: '127.0.0.1', port: p, path: '/metrics/sse?subscriptions=' + encodeURIComponent(q), localAddress: addr(i), agent: false }, (res) => { res.once('data', () => { done++; r.destroy(); setImmediate(() => sse(i, q)); }); }); r.on('error', () => setTimeout(() => sse(i, q), 20)); };
  const ws = (i: number, text: string | null, everyMs: number, proto: string | undefined = 'metrics-panel.v1') => { const s = new WebSocket(`ws://127.0.0.1:${p}/metrics`, proto as any, { localAddress: addr(i) }); let t: any; s.on('open', () => { done++; if (text === null) { s.close(); return; } if (everyMs === 0) s.send(text); else t = setInterval(() => { s.send(text); done++; }, everyMs); }); s.on('error', () => {}); s.on('message', () => {}); s.on('close', () => { clearInterval(t); setTimeout(() => ws(i, text, everyMs, proto), 20); }); };
  for (let i = 0; i < 40; i++) {
    if (kind === 'get /') httpLoop(i, '/');
    if (kind === 'healthz') httpLoop(i, '/healthz');
    if (kind === 'poll 64') httpLoop(i, '/metrics/poll', JSON.stringify({ subscriptions: subs(64, { backfill: 9000 }) }));
    if (kind === 'sse 64') sse(i, JSON.stringify(subs(64, { backfill: 9000 })));
    if (kind === 'handshakes') ws(i, null, 0);
    if (kind === 'hello') ws(i, S(64, () => ({ action: 'hello', v: 1 })), 105);
    if (kind === 'live 64 *') ws(i, S(64, (k) => ({ action: 'subscribe', sub: 's' + k, metrics: ['*'], intervalMs: 100 })), 0);
    if (kind === 'flip') ws(i, S(64, (k) => ({ action: 'subscribe', sub: 's' + (k % 2), metrics: ['*'], intervalMs: 100 })), 105);
    if (kind === 'strides') ws(i, S(64, (k) => ({ action: 'subscribe', sub: 's' + k, metrics: ['*'], intervalMs: 1000 * (k + 1), backfill: 10 })), 105);
    if (kind === 'globs') ws(i, S(64, () => ({ action: 'subscribe', metrics: Array.from({ length: 38 }, (_, k) => '*' + 'abcdefghijklmnopqrstuvwxyz'[k % 26]) })), 105);
    if (kind === 'plain') ws(i, S(64, () => ({ action: 'subscribe', metrics: ['*'] })), 105, undefined);
  }
} else {
  delete process.env['METRICS_PANEL_TOKEN'];
  const kinds = process.argv[2] ? process.argv[2].split(',') : ['get /', 'healthz', 'poll 64', 'sse 64', 'handshakes', 'hello', 'live 64 *', 'flip', 'strides', 'globs', 'plain'];
  const agent = await startAgent(['--import', 'tsx'], [], 'bench/servers/filled-agent.ts');
  const seqs: number[] = []; let gaps: string[] = [];
  const v = new WebSocket(`ws://127.0.0.1:${agent.port}/metrics`, 'metrics-panel.v1');
  v.on('open', () => v.send('{"action":"subscribe","metrics":["*"],"intervalMs":100}'));
  v.on('message', (m) => { const q = (x: any) => { if (x.type === 'batch') x.messages.forEach(q); if (x.type === 'metrics') seqs.push(x.seq); if (x.type === 'gap') gaps.push(x.reason); }; q(JSON.parse(String(m))); });
  await sleep(2500); const S = 6000;
  const window = async () => { await agent.worker.ask('keptMs'); seqs.length = 0; gaps = []; const c = cpuMs(agent.pid), t = performance.now(); await sleep(S); const k = await agent.worker.ask('keptMs'); return { p50: median(k), p99: quantile(k, 0.99), n: seqs.length, gaps: gaps.join(), cpu: ((cpuMs(agent.pid) - c) / (performance.now() - t)) * 100 }; };
  for (const kind of kinds) {
    const calm = await window();
    const a = fork(process.argv[1]!, ['attack', kind, String(agent.port)], { execArgv: ['--import', 'tsx'] }); let d = 0; a.on('message', (n) => { d = Number(n); });
    await sleep(1500); const before = d; const bad = await window(); const rate = (d - before) / (S / 1000); a.kill('SIGKILL'); await sleep(1500);
    const f = (w: typeof calm) => `kept p50 ${w.p50.toFixed(1)} p99 ${w.p99.toFixed(1)} samples ${w.n} gaps [${w.gaps}] cpu ${w.cpu.toFixed(0)}%`;
    console.log(kind.padEnd(12), '| calm', f(calm), '| attacked', f(bad), `| ${rate.toFixed(0)}/s`);
  }
  process.exit(0);
}
