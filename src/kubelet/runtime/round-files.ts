/** The files that the rounds of a loop write, by the path in the script. */
import type { Bytes } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { joinPath } from "../../files/paths.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import type { ProvenLoop } from "../../shell/rounds/find.ts";
import type { LiveContainer } from "./live.ts";

export interface RoundFile {
  absolute: string;
  content: Bytes;
  appends: boolean;
  /** The longest content that the file may have, octets. */
  roomBytes: number;
}

export type RoundFiles = ReadonlyMap<string, RoundFile>;

/** Undefined if one of them is no regular file that can be written. */
export function roundFiles({ files }: LiveContainer, { model, shell }: ProvenLoop): RoundFiles | undefined {
  const found = new Map<string, RoundFile>();
  const seen = files.filesFor(shell.credentials, shell.pid);
  for (const operation of model.operations) {
    if (operation.type !== "write" || operation.target.type !== "file") continue;
    const { path, appends } = operation.target;
    try {
      const absolute = seen.realPath(path.startsWith("/") ? path : joinPath(shell.cwd, path));
      const entry = seen.stat(absolute);
      if (entry.type !== "file" || entry.program !== undefined) return undefined;
      const roomBytes = Math.min(MAX_FILE_BYTES, files.roomFor(absolute));
      found.set(path, {
        ...{ absolute, content: entry.content, roomBytes },
        appends: appends || found.get(path)?.appends === true,
      });
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }
  const paths = [...found.values()].map(({ absolute }) => absolute);
  return new Set(paths).size === paths.length ? found : undefined;
}
