/** `mc cp` and `mc mv`: objects and local files, single ones and whole folders. `mc pipe`: the standard input. */
import type { Bytes } from "../../../files/entry.ts";
import { baseName } from "../../base/paths.ts";
import { Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { mediaType } from "../http.ts";
import { isDirectory, localContent, localFiles, removeLocal, writeLocal } from "./local.ts";
import { binarySize, frame } from "./output.ts";
import { list, pathOf, send, type Target, targetOf } from "./requests.ts";

/** One file or object, on this machine or on a server. */
type Place = { text: string } & ({ target: Target } | { target?: undefined });

/** Copies all sources. With `isMove` they are removed afterwards. */
export function* copy(
  session: Session,
  words: readonly string[],
  { isRecursive, isMove }: { isRecursive: boolean; isMove: boolean },
): Steps<number> {
  const destination = words.at(-1) ?? "";
  const sources = words.slice(0, -1);
  if (sources.length === 0) throw new Failure("mc: <ERROR> Unable to validate source and target: both are needed.");
  let total = 0;
  for (const source of sources) {
    for (const [from, name] of yield* expand(session, source, isRecursive)) {
      const isFolder = isRecursive || sources.length > 1 || isFolderName(session, destination);
      const to = place(session, isFolder ? `${destination.replace(/\/$/, "")}/${name}` : destination);
      total += yield* transfer(session, from, to);
      if (isMove) yield* remove(session, from);
      session.print(`\`${from.text}\` -> \`${to.text}\`\n`);
    }
  }
  const size = binarySize(total);
  const elapsedMs = Math.max(session.nowMs - session.startedAtMs, 1);
  const duration = `${String(Math.floor(elapsedMs / 60_000)).padStart(2, "0")}m${String(Math.floor(elapsedMs / 1000) % 60).padStart(2, "0")}s`;
  const speed = `${binarySize(Math.floor((total * 1000) / elapsedMs))}/s`;
  session.print(
    frame([
      ["Total", "Transferred", "Duration", "Speed"],
      [size, size, duration, speed],
    ]),
  );
  return 0;
}

function place(session: Session, text: string): Place {
  const target = targetOf(session, text);
  return target ? { text, target } : { text };
}

/** Whether copies get names of their own in the destination. */
function isFolderName(session: Session, text: string): boolean {
  if (text.endsWith("/")) return true;
  const target = targetOf(session, text);
  if (target) return target.key === "";
  return isDirectory(session, text);
}

/** The files of a source, with their names in the destination. */
function* expand(session: Session, source: string, isRecursive: boolean): Steps<[Place, string][]> {
  const target = targetOf(session, source);
  if (!isRecursive) return [[place(session, source), baseName(source)]];
  const base = source.slice(0, source.lastIndexOf("/") + 1);
  if (!target)
    return localFiles(session, source.replace(/\/$/, "")).map((path) => [{ text: path }, path.slice(base.length)]);
  const alias = source.slice(0, source.indexOf("/"));
  const listed = yield* list(session, target, true);
  const skipped = target.key.lastIndexOf("/") + 1;
  return listed.map(({ name }) => [place(session, `${alias}/${target.bucket}/${name}`), name.slice(skipped)]);
}

/** Returns the size, bytes. */
function* transfer(session: Session, from: Place, to: Place): Steps<number> {
  let content: Bytes;
  let contentType = mediaType(from.text, "application/octet-stream");
  if (from.target) {
    const { alias, bucket, key } = from.target;
    const { body, headers } = yield* send(session, alias, { method: "GET", path: pathOf(bucket, key) });
    content = body;
    contentType = headers["content-type"] ?? contentType;
  } else content = localContent(session, from.text);
  if (to.target) yield* upload(session, to.target, { content, contentType });
  else writeLocal(session, to.text, content);
  return content.length;
}

function* upload(
  session: Session,
  { alias, bucket, key }: Target,
  { content, contentType }: { content: Bytes; contentType: string },
): Steps<void> {
  const headers = { "content-type": contentType };
  yield* send(session, alias, { method: "PUT", path: pathOf(bucket, key), body: content, headers });
}

function* remove(session: Session, { target, text }: Place): Steps<void> {
  if (!target) removeLocal(session, text);
  else yield* send(session, target.alias, { method: "DELETE", path: pathOf(target.bucket, target.key) });
}

/** Stores the standard input as an object. */
export function* pipe(session: Session, target: Target): Steps<number> {
  const content = (yield { type: "input", isBinary: true }) as Bytes;
  yield* upload(session, target, { content, contentType: mediaType(target.key, "application/octet-stream") });
  const size = binarySize(content.length);
  session.print(`${size} -> \`${target.text}\`\n`);
  return 0;
}
