/** Where the kernel's files of the measured host are. */
export interface KernelRoots {
  readonly proc: string;
  readonly sys: string;
}

export const THIS_HOST: KernelRoots = { proc: '/proc', sys: '/sys' };

/** `/proc/net` belongs to the reader's own network namespace, so for another root it is that of its first process. */
export function netFolder({ proc }: KernelRoots): string {
  return proc === THIS_HOST.proc ? '/proc/net' : `${proc}/1/net`;
}
