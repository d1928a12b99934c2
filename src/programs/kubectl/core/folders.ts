/** Folders that commands make for their files. */
import { directoryName } from "../../base/paths.ts";
import type { Session } from "./session.ts";

/** Makes a folder and those above it. `path` is absolute. Throws FileError. */
export function makeFolders(session: Session, path: string): void {
  const { files } = session.process;
  if (path === "/" || files.find(path)) return;
  makeFolders(session, directoryName(path));
  files.makeDirectory(path);
}
