/** Local files as `mc` reads and writes them. Paths are text, and relative ones begin in the working directory. */
import type { Bytes } from "../../../files/entry.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { resolvePath } from "../../base/paths.ts";
import { Failure, type Session } from "../../kubectl/core/session.ts";
import { makeDirectories } from "./objects.ts";

const absolute = ({ process }: Session, path: string): string => resolvePath(process.cwd, bytesOfText(path));

const entryOf = (session: Session, path: string) => session.process.files.find(absolute(session, path));

export const isDirectory = (session: Session, path: string): boolean => entryOf(session, path)?.type === "directory";

/** @throws Failure for a path without a file, FileError for a file that cannot be read */
export function localContent(session: Session, path: string): Bytes {
  if (entryOf(session, path)?.type === "file") return session.process.files.read(absolute(session, path));
  throw new Failure(`mc: <ERROR> Unable to validate source \`${path}\`.`);
}

/** All files below a path. @throws Failure if it is missing */
export function localFiles(session: Session, path: string): string[] {
  const entry = entryOf(session, path);
  if (!entry) throw new Failure(`mc: <ERROR> Unable to validate source \`${path}\`.`);
  if (entry.type !== "directory") return [path];
  const names = session.process.files.list(absolute(session, path));
  return names.flatMap((name) => localFiles(session, `${path}/${textOfBytes(name)}`));
}

/** Writes a file and the directories above it. @throws FileError */
export function writeLocal(session: Session, path: string, content: Bytes): void {
  const target = absolute(session, path);
  session.once(() => {
    makeDirectories(session.process.files, target.slice(0, target.lastIndexOf("/")));
    session.process.files.write(target, content);
  });
}

/** @throws FileError */
export function removeLocal(session: Session, path: string): void {
  session.once(() => session.process.files.removeFile(absolute(session, path)));
}
