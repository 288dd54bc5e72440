import type { LazyModule } from './lazy-module.ts';

/** Calls `then` once the part is there, unless the undo that it returns was called before. */
export function whenLoaded<Part>(
  part: Pick<LazyModule<Part>, 'module' | 'follow'>,
  then: (module: Part) => void,
): () => void {
  const leave = part.follow(() => {
    if (part.module === null) return;
    leave();
    then(part.module);
  });
  if (part.module !== null) {
    leave();
    then(part.module);
  }
  return leave;
}
