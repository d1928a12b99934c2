/** Files as a process with another umask than 022 sees them: new entries get fewer rights. */
import type { FileSystem } from "../files/file-system.ts";

const DEFAULT_UMASK = 0o022;

/** The same files; only the modes of entries that are made differ. */
export function umaskedFiles(files: FileSystem, umask: number): FileSystem {
  if (umask === DEFAULT_UMASK) return files;
  const makers: Pick<FileSystem, "write" | "copyFile" | "makeDirectory" | "makeSpecial"> = {
    write: (path, content, mode = 0o666) => files.write(path, content, mode & ~umask),
    copyFile: (from, to, mode = files.stat(from).mode & 0o777) => files.copyFile(from, to, mode & ~umask),
    makeDirectory: (path, mode = 0o777) => files.makeDirectory(path, mode & ~umask),
    makeSpecial: (path, type, mode = 0o666) => files.makeSpecial(path, type, mode & ~umask),
  };
  return new Proxy(files, {
    get(target, name) {
      if (Object.hasOwn(makers, name)) return Reflect.get(makers, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
