import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Hostile names of things on a host, each of which has been executed or interpreted by some program. */
const HOSTILE = {
  host: `<img src=x onerror="window.pwned=1">\u001B[31m\u202Egnp.${'x'.repeat(10_000)}`,
  system: '<script>window.pwned=1</script>',
  interface: '"><svg/onload=window.pwned=1>',
  formulaInterface: '=1+1|cmd',
  process: '$(touch /tmp/pwned)`id`\'";--<b id=pwned>\u001B]0;x\u0007',
  formula: '=HYPERLINK("http://evil.example","x"),\r\n@SUM(1)',
} as const;

/** Processor time (ticks) and memory (pages) that put a process on top of the table. */
const MUCH = 1_000_000;

/** Writes a /proc with those names below `folder`; the rest is copied from this host. */
export function writeHostileProc(folder: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const file of ['stat', 'meminfo', 'loadavg', 'uptime'])
    write(file, readFileSync(`/proc/${file}`, 'utf8'));
  write('1/root/etc/hostname', HOSTILE.host);
  write('1/root/etc/os-release', `PRETTY_NAME="${HOSTILE.system}"\n`);
  const interfaces = [HOSTILE.interface, HOSTILE.formulaInterface].map(
    (name) => `${name}: ${'9 '.repeat(16)}\n`,
  );
  write('1/net/dev', `head\nhead\n${interfaces.join('')}`);
  write('4711/stat', statOf(4711, HOSTILE.process));
  write('4712/stat', statOf(4712, HOSTILE.formula));
}

/** proc_pid_stat(5) */
function statOf(pid: number, name: string): string {
  const zeros = '0 '.repeat(9);
  return `${pid} (${name}) R 1 ${zeros}${MUCH} ${MUCH} 0 0 20 0 1 0 100 ${MUCH} ${MUCH} ${'0 '.repeat(28)}\n`;
}
