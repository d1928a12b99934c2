/** Finds circles of imports: files in a circle cannot be read, tested or moved alone. */
import { importsOf, type SourceFile, targetOf } from "./source.ts";

/** One circle for each group of files that reach each other, as the paths along it; the first path is repeated at the end. */
export function importCircles(files: readonly SourceFile[]): string[][] {
  const targets = new Map(files.map((file) => [file.path, importedPaths(file)]));
  const done = new Set<string>();
  const circles: string[][] = [];
  for (const start of targets.keys()) {
    const circle = circleFrom(start, targets, done);
    if (circle) circles.push(circle);
  }
  return circles;
}

function importedPaths(file: SourceFile): string[] {
  return importsOf(file).flatMap(({ specifier }) => targetOf(file, specifier) ?? []);
}

/** Depth-first search. Files in `done` lead to no circle, or to a circle that was already reported. */
function circleFrom(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): string[] | undefined {
  const way: { path: string; next: number }[] = [{ path: start, next: 0 }];
  let found: string[] | undefined;
  while (way.length > 0) {
    const top = way[way.length - 1]!;
    const target = done.has(top.path) ? undefined : targets.get(top.path)?.[top.next++];
    if (target === undefined) {
      done.add(top.path);
      way.pop();
      continue;
    }
    const at = way.findIndex(({ path }) => path === target);
    if (at >= 0) found ??= [...way.slice(at).map(({ path }) => path), target];
    else if (!done.has(target)) way.push({ path: target, next: 0 });
  }
  return found;
}
