/** Paths of a process: absolute, without `.` and `..`. Links are followed by the file system. */

/** Joins `path` to `cwd`. A `..` takes away the name before it, as `cd` without -P does. */
export function resolvePath(cwd: string, path: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

/** Joins `path` to `cwd` and leaves `..` to the file system, which follows links first. */
export function absolutePath(cwd: string, path: string): string {
  if (path.startsWith("/")) return path;
  return cwd === "/" ? `/${path}` : `${cwd}/${path}`;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
