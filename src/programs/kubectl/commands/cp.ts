/**
 * `kubectl cp`: an archive of tar is the input or the output of a command in the container.
 * Source: k8s.io/kubectl pkg/cmd/cp/cp.go, filespec.go
 */
import type { Bytes } from "../../../files/entry.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { decode, newDecoder } from "../../archives/tar-decoder.ts";
import { encodeMember, endOfArchive, type Member } from "../../archives/tar-format.ts";
import { baseName, directoryName, resolvePath } from "../../base/paths.ts";
import type { Call, Command } from "../core/command.ts";
import { makeFolders } from "../core/folders.ts";
import { nameOf, namespaceOf } from "../core/objects.ts";
import { objectIn } from "../core/parts.ts";
import { chosenContainer } from "../core/pods.ts";
import { Failure, type Session, type Steps } from "../core/session.ts";
import { type Collected, type Collecting, collect } from "../core/stream.ts";

/** A path, of a pod or local. */
interface Place {
  /** Empty: that of the call. */
  namespace: string;
  /** Empty: a local file. */
  pod: string;
  path: string;
}

const OWNER = { user: "root", group: "root" };

export const cp: Command = {
  words: ["cp"],
  flags: [
    { name: "container", short: "c", type: "string" },
    { name: "no-preserve", type: "bool" },
    { name: "retries", type: "int", default: "0" },
  ],
  *run(call) {
    const [source, target, ...others] = call.args;
    if (source === undefined || target === undefined || others.length > 0) {
      throw new Failure("error: source and destination are required");
    }
    const [from, to] = [placeOf(source), placeOf(target)];
    if (from.pod !== "" && to.pod !== "") {
      throw new Failure("error: one of src or dest must be a local file specification");
    }
    if (from.path === "" || to.path === "") throw new Failure("error: filepath can not be empty");
    if (from.pod !== "") return yield* download(call, from, to);
    if (to.pod !== "") return yield* upload(call, from, to);
    throw new Failure("error: one of src or dest must be a remote file specification");
  },
};

/** `[[namespace/]pod:]path`. Throws Failure. */
function placeOf(text: string): Place {
  const colon = text.indexOf(":");
  const path = text.slice(colon + 1).replace(/(?<=.)\/$/, "");
  if (colon < 0) return { namespace: "", pod: "", path };
  const pieces = text.slice(0, colon).split("/");
  if (colon === 0 || pieces.length > 2) {
    throw new Failure("error: filespec must match the canonical format: [[namespace/]pod:]file/path");
  }
  const [pod = "", namespace = ""] = pieces.reverse();
  return { namespace, pod, path: path.replaceAll("\\", "/") };
}

/** Runs a command in the pod. Throws Failure unless it can begin. */
function* execute(call: Call, { namespace, pod }: Place, command: string[], how: Collecting): Steps<Collected> {
  const { flags, client, target } = call;
  const object = yield* client.json(
    `/api/v1/namespaces/${namespace || target.namespace}/pods/${encodeURIComponent(pod)}`,
  );
  const { phase } = objectIn(object["status"]);
  if (phase === "Succeeded" || phase === "Failed") {
    throw new Failure(`error: cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container = flags.text("container") || chosenContainer(call, object, "", how.errors === undefined)["name"];
  const request = {
    ...{ namespace: namespaceOf(object), pod: nameOf(object), subresource: "exec" as const },
    ...{ container: String(container), command, stdin: how.stdin !== undefined, tty: false },
  };
  return yield* collect(call, request, how);
}

function statusOf({ session }: Call, { code }: Collected): number {
  if (code !== 0) session.warn(`command terminated with exit code ${code}\n`);
  return code;
}

// ---- To a pod

function* upload(call: Call, from: Place, to: Place): Steps<number> {
  const { session, flags } = call;
  const local = localPath(session, from.path);
  if (!session.process.files.find(local)) throw new Failure(`error: ${from.path} doesn't exist in local filesystem`);
  const isFolder = yield* isRemoteFolder(call, to);
  const target = isFolder ? resolveRemote(`${to.path}/${baseName(cleanPath(from.path))}`) : to.path;
  const archive = archiveOf(session, local, baseName(cleanPath(target)));
  const owner = flags.is("no-preserve") ? ["--no-same-permissions", "--no-same-owner"] : [];
  const command = ["tar", ...owner, "-xmf", "-", "-C", directoryName(target)];
  return statusOf(call, yield* execute(call, to, command, { stdin: archive, errors: 2 }));
}

function* isRemoteFolder(call: Call, to: Place): Steps<boolean> {
  try {
    return (yield* execute(call, to, ["test", "-d", to.path], {})).code === 0;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function archiveOf({ process }: Session, root: string, name: string): Bytes {
  const { files } = process;
  const members: Bytes[] = [];
  const add = (path: string, shown: string): void => {
    const entry = files.findLink(path);
    if (!entry) return;
    const names = entry.type === "directory" ? files.list(path) : [];
    for (const each of names) add(`${path === "/" ? "" : path}/${each}`, `${shown}/${each}`);
    if (names.length > 0) return;
    const content = entry.type === "file" ? files.read(path) : "";
    members.push(encodeMember(entry.type === "directory" ? `${shown}/` : shown, entry, content, OWNER));
  };
  add(root, bytesOfText(name));
  const archive = members.join("");
  return archive + endOfArchive(archive.length);
}

// ---- From a pod

function* download(call: Call, from: Place, to: Place): Steps<number> {
  const retries = call.flags.int("retries");
  const quoted = from.path.replaceAll("'", "'\\''");
  const command = retries === 0 ? ["tar", "cf", "-", from.path] : ["sh", "-c", `tar cf - '${quoted}' | tail -c+0`];
  // The real one shows the errors of tar on its standard output.
  const result = yield* execute(call, from, command, { errors: 1 });
  const prefix = withoutShortcuts(cleanPath(from.path.replace(/^[/\\]+/, "")));
  const problem = unpack(call, result.stdout, { from, to, prefix });
  const status = statusOf(call, result);
  if (problem && status === 0) throw problem;
  return status;
}

interface Unpacking {
  from: Place;
  to: Place;
  /** In front of each name of the archive. */
  prefix: string;
}

/** Writes the files of the archive below the target. Returns the failure that ended it. */
function unpack(call: Call, archive: Bytes, unpacking: Unpacking): Failure | undefined {
  const { session } = call;
  let failure: Failure | undefined;
  session.once(() => {
    const unpacker = new Unpacker(session, unpacking);
    let member: Member | undefined;
    let content = "";
    for (const event of decode(newDecoder(), archive)) {
      if (event.type === "data") content += event.data;
      else if (event.type === "member") [member, content] = [event.member, ""];
      else if (member && !failure) failure = unpacker.add(member, content);
    }
  });
  return failure;
}

class Unpacker {
  readonly #session: Session;
  readonly #unpacking: Unpacking;
  #hasWarned = false;

  constructor(session: Session, unpacking: Unpacking) {
    this.#session = session;
    this.#unpacking = unpacking;
  }

  add({ name, type, target }: Member, content: Bytes): Failure | undefined {
    const { from, to, prefix } = this.#unpacking;
    const shownName = textOfBytes(name);
    if (!shownName.startsWith(prefix)) return new Failure("error: tar contents corrupted");
    const path = cleanPath(`${to.path}/${shownName.slice(prefix.length).replaceAll("\\", "/")}`);
    const { files } = this.#session.process;
    const root = localPath(this.#session, to.path);
    const full = localPath(this.#session, path);
    if (full !== root && !full.startsWith(`${root === "/" ? "" : root}/`)) {
      this.#warn(`warning: file ${JSON.stringify(path)} is outside target destination, skipping`);
      return undefined;
    }
    makeFolders(this.#session, type === "directory" ? full : directoryName(full));
    if (type === "directory") return undefined;
    if (type === "link") this.#warn(this.#linkWarning(path, textOfBytes(target), from));
    else files.write(full, content);
    return undefined;
  }

  #linkWarning(path: string, target: string, { namespace, pod, path: source }: Place): string {
    const skipped = `warning: skipping symlink: ${JSON.stringify(path)} -> ${JSON.stringify(target)}`;
    if (this.#hasWarned) return skipped;
    this.#hasWarned = true;
    return `${skipped} (consider using "kubectl exec -n ${JSON.stringify(namespace)} ${JSON.stringify(pod)} -- tar cf - ${JSON.stringify(source)} | tar xf -")`;
  }

  #warn(text: string): void {
    this.#session.process.write(2, bytesOfText(`${text}\n`));
  }
}

// ---- Paths

function localPath({ process }: Session, path: string): string {
  return resolvePath(process.cwd, bytesOfText(path));
}

function resolveRemote(path: string): string {
  return path.startsWith("/") ? resolvePath("/", path) : cleanPath(path);
}

/** As Go's path.Clean: a relative path stays relative. */
function cleanPath(path: string): string {
  if (path.startsWith("/")) return resolvePath("/", path);
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/") || ".";
}

/** Without `../` at the beginning, and empty for a folder itself. */
function withoutShortcuts(path: string): string {
  const rest = path.replace(/^(\.\.\/)+/, "");
  return rest === "." || rest === ".." ? "" : rest.replace(/^\//, "");
}
