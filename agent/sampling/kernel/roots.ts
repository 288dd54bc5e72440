/** Where the kernel's files of the host that is measured are. */
export interface KernelRoots {
  readonly proc: string;
  readonly sys: string;
}

export const THIS_HOST: KernelRoots = { proc: '/proc', sys: '/sys' };

/** `/proc/net` is that of the reader's own network namespace, so for another root it is the one of its first process. */
export function netFolder({ proc }: KernelRoots): string {
  return proc === THIS_HOST.proc ? '/proc/net' : `${proc}/1/net`;
}
