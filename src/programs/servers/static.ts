/** Files of a folder over HTTP, for servers without rules of their own. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView } from "../../shell/program.ts";
import { decode, type HttpAnswer, mediaType, splitPath, text } from "./http.ts";
import { httpTime } from "./log.ts";
import type { HttpRequest } from "./server.ts";

export type StaticResult =
  | { type: "found"; answer: HttpAnswer }
  | { type: "redirect"; location: string }
  /** A directory without an index. */
  | { type: "directory"; path: string; names: readonly string[] }
  | { type: "missing" }
  | { type: "forbidden" };

/** Looks up the request's path below `root`. A path never leaves the root. */
export function serveStatic(
  { files }: ProcessView,
  request: HttpRequest,
  { root, index = ["index.html"] }: { root: string; index?: readonly string[] },
): StaticResult {
  const { path } = splitPath(request.path);
  const parts = decode(path.replace(/\+/g, "%2B"))
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return { type: "forbidden" };
  const file = [root.replace(/\/$/, ""), ...parts].join("/") || "/";
  try {
    const entry = files.find(file);
    if (!entry) return { type: "missing" };
    if (entry.type !== "directory")
      return path.endsWith("/") ? { type: "missing" } : found(files.read(file), file, entry.modifiedAtMs);
    if (!path.endsWith("/")) return { type: "redirect", location: `${path}/` };
    for (const name of index) {
      const candidate = files.find(`${file.replace(/\/$/, "")}/${name}`);
      if (candidate?.type === "file")
        return found(files.read(`${file.replace(/\/$/, "")}/${name}`), name, candidate.modifiedAtMs);
    }
    return { type: "directory", path, names: files.list(file) };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { type: error.code === "EACCES" ? "forbidden" : "missing" };
  }
}

function found(body: string, name: string, modifiedAtMs: number): StaticResult {
  const headers = { "last-modified": httpTime(modifiedAtMs), "accept-ranges": "bytes" };
  return {
    type: "found",
    answer: text(200, body, { contentType: mediaType(name, "application/octet-stream"), headers }),
  };
}
