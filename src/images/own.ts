/** Images of organizations: the image that a document describes, and which document a reference means. */
import type { BaseEntries, FileEntry } from "../files/entry.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { bytesOfBase64, bytesOfText } from "../lib/bytes.ts";
import { MAX_LINKS_FOLLOWED } from "../lib/container-limits.ts";
import {
  ANY_TAG,
  type ImageDocument,
  type ImageFile,
  type OwnImage,
  SCRIPT_FOLDER,
  SERVER_PATH,
} from "../lib/image-document.ts";
import { DECLARED_SERVER } from "../programs/servers/declared/config.ts";
import { shebangOf } from "../shell/executables.ts";
import type { SignalName } from "../shell/program.ts";
import { DEBIAN_PATH } from "./bases/debian.ts";
import { catalogueImage } from "./find.ts";
import type { ImageConfig } from "./image.ts";
import { type ImageReference, parseImage } from "./reference.ts";
import { executable, file, once, tree } from "./tree.ts";

/** The document behind a reference: the one with its digest or its tag, else the one for any tag. */
export function selectImage(images: readonly OwnImage[], { tag, digest }: ImageReference): OwnImage | undefined {
  if (digest !== undefined) return images.find((image) => image.digest === digest);
  const wanted = tag ?? "latest";
  return images.find(({ tags }) => tags.includes(wanted)) ?? images.find(({ tags }) => tags.includes(ANY_TAG));
}

/** Images by repository and digest: containers of one image share its files. */
const built = new BoundedCache<string, ImageConfig>(200);

/** The image of a document. `repository` names its script. */
export function ownImage(repository: string, { digest, document }: Pick<OwnImage, "digest" | "document">): ImageConfig {
  return built.getOrCompute(`${repository}@${digest}`, () => configOf(repository, document));
}

function configOf(repository: string, document: ImageDocument): ImageConfig {
  const base = baseOf(document.base) ?? SCRATCH;
  const { files = {}, script, server, entrypoint, cmd } = document;
  const scriptPath = `${SCRIPT_FOLDER}/${repository.slice(repository.lastIndexOf("/") + 1)}`;
  const ports = document.ports ?? (server?.ports === undefined ? base.ports : server.ports);
  const start = entrypoint ?? (script !== undefined ? [scriptPath] : server ? [SERVER_PATH] : undefined);
  const contentBytes = Object.values(files).reduce((sum, each) => sum + contentOf(each).length, script?.length ?? 0);
  return {
    sizeBytes: document.sizeBytes ?? base.sizeBytes + contentBytes,
    user: document.user ?? base.user,
    workingDir: document.workingDir ?? base.workingDir,
    env: { ...base.env, ...bytesOfValues(document.env ?? {}) },
    entrypoint: start?.map(bytesOfText) ?? base.entrypoint,
    cmd: cmd?.map(bytesOfText) ?? (start ? [] : base.cmd),
    ports,
    ...(stopSignalOf(document, base) && { stopSignal: stopSignalOf(document, base)! }),
    files: once(() => {
      const own: Record<string, FileEntry> = {};
      if (server) {
        const configuration = JSON.stringify({ ...server, ports: server.ports ?? (ports.length > 0 ? ports : [8080]) });
        own[SERVER_PATH] = executable(DECLARED_SERVER, { content: bytesOfText(configuration) });
      }
      if (script !== undefined) own[scriptPath] = file(scriptText(script), { mode: 0o755 });
      for (const [path, each] of Object.entries(files)) own[path] = fileOf(each);
      return above(base.files(), own);
    }),
    shell: base.shell,
  };
}

function bytesOfValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, bytesOfText(value)]));
}

/** Problems of a document beyond its form, by their place. */
export function documentProblems({ base, files = {}, script }: ImageDocument): { path: string[]; message: string }[] {
  const image = baseOf(base);
  if (!image) return [{ path: ["base"], message: `the catalogue has no image ${base}; \`scratch\` is empty` }];
  const entries = image.files();
  const missing = script === undefined ? undefined : missingInterpreter(script, image, files);
  const ofScript =
    missing === undefined ? [] : [{ path: ["script"], message: `the image has no ${missing} to run it` }];
  const ofFiles = Object.keys(files).flatMap((path) => {
    const target = resolved(entries, path);
    if (target === undefined) return [{ path: ["files", path], message: "leads through too many links of the base" }];
    const parent = parentsOf(target).find((each) => entries[each] !== undefined && entries[each].type !== "directory");
    if (parent !== undefined) return [{ path: ["files", path], message: `the base has a file at ${parent}` }];
    if (entries[target]?.type === "directory")
      return [{ path: ["files", path], message: "the base has a folder there" }];
    const above = parentsOf(path).find((each) => Object.hasOwn(files, each));
    return above === undefined ? [] : [{ path: ["files", path], message: `${above} is a file` }];
  });
  return [...ofScript, ...ofFiles];
}

/** The interpreter in a script's first line, and the one that `env` looks up, if the image does not have it. */
function missingInterpreter(
  script: string,
  { files, env }: ImageConfig,
  own: Readonly<Record<string, ImageFile>>,
): string | undefined {
  const { interpreter = "", argument } = shebangOf(scriptText(script)) ?? {};
  const base = files();
  const exists = (path: string) => Object.hasOwn(own, path) || base[resolved(base, path) ?? path] !== undefined;
  if (!exists(interpreter)) return interpreter || "interpreter";
  const name = /\/env$/.test(interpreter) ? argument?.split(/\s+/).find((word) => !/^-|=/.test(word)) : undefined;
  if (name === undefined) return undefined;
  return (env["PATH"] ?? "").split(":").some((folder) => exists(`${folder}/${name}`)) ? undefined : name;
}

const SCRATCH: ImageConfig = {
  sizeBytes: 1_000_000,
  user: "",
  workingDir: "/",
  env: { PATH: DEBIAN_PATH },
  entrypoint: [],
  cmd: [],
  ports: [],
  files: () => ({}),
  shell: "dash",
};

function baseOf(base: string): ImageConfig | undefined {
  if (base === "scratch") return SCRATCH;
  const reference = parseImage(base);
  return "problem" in reference ? undefined : catalogueImage(reference);
}

function stopSignalOf({ stopSignal }: ImageDocument, base: ImageConfig): SignalName | undefined {
  return (stopSignal?.replace(/^SIG/, "") as SignalName | undefined) ?? base.stopSignal;
}

function scriptText(script: string): string {
  return bytesOfText(script.startsWith("#!") ? script : `#!/bin/sh\n${script}`);
}

function contentOf(each: ImageFile): string {
  return "text" in each ? bytesOfText(each.text) : bytesOfBase64(each.base64);
}

function fileOf(each: ImageFile): FileEntry {
  const [uid, gid] = (each.owner ?? "0:0").split(":").map(Number);
  return file(contentOf(each), { mode: Number.parseInt(each.mode ?? "0644", 8), uid: uid ?? 0, gid: gid ?? uid ?? 0 });
}

/** The base with files above it. Paths through links of the base (`/bin/x`) lie where the links lead. */
function above(base: BaseEntries, own: Readonly<Record<string, FileEntry>>): BaseEntries {
  const moved = Object.entries(own).map(([path, entry]) => [resolved(base, path) ?? path, entry] as const);
  return tree(base, Object.fromEntries(moved));
}

/** The path with links in its folders followed; undefined if there are too many. */
function resolved(base: BaseEntries, path: string): string | undefined {
  let current = path;
  for (let links = 0; links <= MAX_LINKS_FOLLOWED; links++) {
    const parent = parentsOf(current).find((each) => base[each]?.type === "link");
    const link = parent === undefined ? undefined : base[parent];
    if (parent === undefined || link?.type !== "link") return current;
    const folder = parent.slice(0, parent.lastIndexOf("/"));
    const target = link.target.startsWith("/") ? link.target : `${folder}/${link.target}`;
    current = normal(target + current.slice(parent.length));
  }
  return undefined;
}

/** The folders above a path, the highest first. */
function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
