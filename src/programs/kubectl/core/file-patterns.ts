/**
 * Patterns of file names, which kubectl expands itself: `-f '*.json'`.
 * Source: k8s.io/cli-runtime pkg/resource/builder.go (`expandIfFilePattern`)
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { matchesGlob } from "../../base/glob.ts";
import { joinPath, resolvePath } from "../../base/paths.ts";
import type { Session } from "./session.ts";

/** The files that a pattern names, in their order. For other paths, and without a match, the path itself. */
export function expandedPaths({ process }: Session, path: string): string[] {
  const { files, cwd } = process;
  const find = (name: string) => files.find(resolvePath(cwd, bytesOfText(name)));
  if (!/[*?[]/.test(path) || find(path)) return [path];
  let found = [path.startsWith("/") ? "/" : ""];
  for (const part of path.split("/").filter((one) => one !== "")) {
    found = found.flatMap((folder) => {
      const isFolder = find(folder || ".")?.type === "directory";
      const names = isFolder ? files.list(resolvePath(cwd, bytesOfText(folder || "."))).map(textOfBytes) : [];
      const matching = names.filter((name) => matchesGlob(part, name)).sort();
      return matching.map((name) => (folder === "" ? name : joinPath(folder, name)));
    });
  }
  return found.length > 0 ? found : [path];
}
