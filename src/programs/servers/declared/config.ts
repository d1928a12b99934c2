/** The configuration of a server described by data: the text of its executable, and what happens when. */
import { FileError } from "../../../files/errors.ts";
import { BoundedCache } from "../../../lib/bounded-cache.ts";
import { textOfBytes } from "../../../lib/bytes.ts";
import type { ServerDocument } from "../../../lib/image-document.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { executablePath } from "../../base/executable-path.ts";

/** Something that the program does by itself, or an instant at which an answer begins or ends. */
export type Moment = { afterMs: number } & (
  | { type: "log"; line: string; fd: 1 | 2 }
  | { type: "ready" }
  | { type: "exit"; code: number }
  | { type: "change" }
);

export interface DeclaredServer {
  document: ServerDocument;
  /** In the order in which they happen. */
  moments: readonly Moment[];
}

const DEFAULT_READY_MS = 100;

const parsed = new BoundedCache<string, DeclaredServer>(100);

/** Name of the program in `RegularFile.program`. Files with it come from an image, so their content is valid. */
export const DECLARED_SERVER = "declared-server";

/** Undefined if the executable is not the image's any more: a user has written over it or removed it. */
export function configurationOf(process: ProcessView): DeclaredServer | undefined {
  const text = ownText(process);
  if (text === undefined) return undefined;
  const known = parsed.get(text);
  if (known) return known;
  const document = JSON.parse(textOfBytes(text)) as ServerDocument;
  const server = { document, moments: momentsOf(document) };
  parsed.set(text, server);
  return server;
}

function ownText(process: ProcessView): string | undefined {
  try {
    const path = executablePath(process);
    const entry = path === undefined ? undefined : process.files.find(path);
    return entry?.type === "file" && entry.program === DECLARED_SERVER ? entry.content : undefined;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function momentsOf({ log = [], readyAfterMs = DEFAULT_READY_MS, answers = [], exit }: ServerDocument): Moment[] {
  const moments: Moment[] = log.map(({ afterMs = 0, line, stream }) => {
    return { type: "log", afterMs, line, fd: stream === "stderr" ? 2 : 1 };
  });
  moments.push({ type: "ready", afterMs: readyAfterMs });
  for (const { fromMs, untilMs } of answers) {
    if (fromMs !== undefined) moments.push({ type: "change", afterMs: fromMs });
    if (untilMs !== undefined) moments.push({ type: "change", afterMs: untilMs });
  }
  if (exit?.line !== undefined) moments.push({ type: "log", afterMs: exit.afterMs, line: exit.line, fd: 2 });
  if (exit) moments.push({ type: "exit", afterMs: exit.afterMs, code: exit.code ?? 0 });
  return moments.sort((a, b) => a.afterMs - b.afterMs);
}
