/** Files that a pattern of `rule_files` names. Only the last part of a path may have patterns, as in Prometheus. */
import { FileError } from "../../files/errors.ts";
import type { FileSystem } from "../../files/file-system.ts";
import { matchesGlob } from "../base/glob.ts";

export function globPaths(files: FileSystem, pattern: string): string[] {
  const at = pattern.lastIndexOf("/");
  const [folder, name] = [pattern.slice(0, at) || "/", pattern.slice(at + 1)];
  try {
    if (files.find(folder)?.type !== "directory") return [];
    return files
      .list(folder)
      .filter((each) => matchesGlob(name, each))
      .map((each) => `${folder === "/" ? "" : folder}/${each}`)
      .filter((path) => files.find(path)?.type === "file");
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
