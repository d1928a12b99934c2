/**
 * A kustomization: the objects of a folder and its bases, changed as kustomization.yaml says.
 * Source: sigs.k8s.io/kustomize api/internal/target/kusttarget.go
 */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { resolvePath } from "../../base/paths.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure, type Session } from "../core/session.ts";
import { readYamlFile, readYamlFiles } from "./documents.ts";
import { generated } from "./generators.ts";
import { contentHash } from "./hash.ts";
import { inOrder } from "./order.ts";
import { patched, replaced } from "./patches.ts";
import { renamesOf, withReferences } from "./references.ts";
import { type BuiltResource, builtName, kindOf, withMetadata } from "./resource.ts";
import {
  annotated,
  labelled,
  namespaced,
  renamed,
  type Transformer,
  withImages,
  withReplicas,
} from "./transformers.ts";

const FILES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
const MAX_DEPTH = 20;
/** Fields with a successor. */
const DEPRECATED: Readonly<Record<string, string>> = {
  bases: "resources",
  commonLabels: "labels",
  patchesJson6902: "patches",
  patchesStrategicMerge: "patches",
  vars: "replacements",
};

/** The objects of a folder, in the order in which they are applied. Throws Failure. */
export function buildKustomization(session: Session, path: string): JsonObject[] {
  const folder = new Folder(session, path);
  const resources = folder.build([]);
  const before = resources.map(builtName);
  const hashed = resources.map((one) => (one.needsHash ? withHash(one) : one));
  const renames = renamesOf(before, hashed);
  return inOrder(hashed.map((one) => withReferences(one, renames))).map(({ object }) => object);
}

function withHash(resource: BuiltResource): BuiltResource {
  const hash = contentHash(resource.object, { name: "", emptyData: "" });
  const name = `${builtName(resource)}-${hash}`;
  return { ...resource, object: withMetadata(resource.object, (metadata) => ({ ...metadata, name })) };
}

class Folder {
  readonly #session: Session;
  /** As the user wrote it. */
  readonly #path: string;
  readonly #depth: number;

  constructor(session: Session, path: string, depth = 0) {
    this.#session = session;
    this.#path = path;
    this.#depth = depth;
    if (depth > MAX_DEPTH) throw new Failure(`error: cycle detected: ${path}`);
  }

  /** `present`: objects that a component changes. */
  build(present: readonly BuiltResource[]): BuiltResource[] {
    const config = this.#config();
    for (const [field, successor] of Object.entries(DEPRECATED)) {
      if (!(field in config)) continue;
      this.#session.warn(
        `# Warning: '${field}' is deprecated. Please use '${successor}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
      );
    }
    const named = [...textsIn(config["resources"]), ...textsIn(config["bases"])];
    let resources = [...present, ...named.flatMap((name) => this.#resourcesOf(name))];
    for (const name of textsIn(config["components"])) resources = this.#inner(name).build(resources);
    resources = this.#generate(resources, config);
    resources = this.#patch(resources, config);
    const before = resources.map(builtName);
    const changed = transformersOf(config).reduce((all, change) => all.map(change), resources);
    const renames = renamesOf(before, changed);
    const linked = changed.map((one) => withReferences(one, renames));
    return objectsIn(config["replacements"]).reduce((all, one) => replaced(all, this.#replacement(one)), linked);
  }

  #config(): JsonObject {
    const shown = this.#full("");
    const { files } = this.#session.process;
    const entry = files.find(shown);
    if (!entry) {
      throw new Failure(
        `error: must build at directory: not a valid directory: evalsymlink failure on '${this.#path}' : lstat ${this.#missing(shown)}: no such file or directory`,
      );
    }
    if (entry.type !== "directory") {
      throw new Failure(`error: must build at directory: '${this.#path}': file is not directory`);
    }
    const name = FILES.find((one) => files.find(`${shown}/${one}`));
    if (name === undefined) {
      throw new Failure(
        `error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${shown}'`,
      );
    }
    const config = readYamlFile(this.#text(name));
    if (!isJsonObject(config)) throw new Failure("error: kustomization.yaml is empty");
    return config;
  }

  /** The first folder on the way that does not exist. */
  #missing(path: string): string {
    const parts = path.split("/").slice(1);
    const folders = parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
    return folders.find((folder) => !this.#session.process.files.find(folder)) ?? path;
  }

  #full(name: string): string {
    const { cwd } = this.#session.process;
    const folder = resolvePath(cwd, bytesOfText(this.#path));
    return name === "" ? folder : resolvePath(folder, bytesOfText(name));
  }

  #inner(name: string): Folder {
    return new Folder(this.#session, textOfBytes(this.#full(name)), this.#depth + 1);
  }

  #read(name: string): string {
    try {
      return this.#session.process.files.read(this.#full(name));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const full = this.#full(name);
      throw new Failure(`error: evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`);
    }
  }

  #text(name: string): string {
    return textOfBytes(this.#read(name));
  }

  #resourcesOf(name: string): BuiltResource[] {
    if (/^(https?:|git@|ssh:|github\.com\/)/.test(name)) {
      throw new Failure(`error: accumulating resources: URL ${name} cannot be reached from inside the cluster`);
    }
    const entry = this.#session.process.files.find(this.#full(name));
    if (entry?.type === "directory") return this.#inner(name).build([]);
    if (!entry) {
      const full = this.#full(name);
      throw new Failure(
        `error: accumulating resources: accumulation err='accumulating resources from '${name}': evalsymlink failure on '${full}' : lstat ${full}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`,
      );
    }
    return objectsOfText(this.#text(name)).map((object) => ({
      object,
      needsHash: false,
      originalName: String(objectIn(object["metadata"])["name"] ?? ""),
    }));
  }

  #generate(resources: readonly BuiltResource[], config: JsonObject): BuiltResource[] {
    const options = objectIn(config["generatorOptions"]);
    const fields = [
      ["configMapGenerator", "ConfigMap"],
      ["secretGenerator", "Secret"],
    ] as const;
    let all = [...resources];
    for (const [field, kind] of fields) {
      for (const entry of objectsIn(config[field])) {
        const made = generated({ kind, entry, options, read: (path) => this.#read(path) });
        all = combined(all, made, String(entry["behavior"] ?? "create"));
      }
    }
    return all;
  }

  #patch(resources: readonly BuiltResource[], config: JsonObject): BuiltResource[] {
    let all = [...resources];
    const texts = textsIn(config["patchesStrategicMerge"]).map((one) => (one.includes("\n") ? one : this.#text(one)));
    for (const text of texts.flatMap(documentsOf)) all = [...patched(all, text, undefined)];
    for (const entry of [...objectsIn(config["patches"]), ...objectsIn(config["patchesJson6902"])]) {
      const target = isJsonObject(entry["target"]) ? entry["target"] : undefined;
      const text = entry["path"] === undefined ? String(entry["patch"]) : this.#text(String(entry["path"]));
      for (const one of documentsOf(text)) all = [...patched(all, one, target)];
    }
    return all;
  }

  #replacement(entry: JsonObject): JsonObject {
    return entry["path"] === undefined ? entry : objectIn(readYamlFile(this.#text(String(entry["path"]))));
  }
}

/** A generated object takes the place of one of an earlier layer (`replace`), or adds to its data (`merge`). */
function combined(all: readonly BuiltResource[], made: BuiltResource, behavior: string): BuiltResource[] {
  if (behavior === "create") return [...all, made];
  const isSame = (one: BuiltResource) => kindOf(one) === kindOf(made) && one.originalName === made.originalName;
  if (!all.some(isSame)) {
    throw new Failure(`error: id resid.ResId{Name:"${made.originalName}"} does not exist; cannot merge or replace`);
  }
  return all.map((one) => {
    if (!isSame(one)) return one;
    const data = { ...(behavior === "merge" && objectIn(one.object["data"])), ...objectIn(made.object["data"]) };
    return { ...one, object: { ...one.object, data } };
  });
}

function transformersOf(config: JsonObject): Transformer[] {
  const { namespace, namePrefix = "", nameSuffix = "" } = config;
  const whole = { inSelectors: true, inTemplates: true };
  return [
    ...(typeof namespace === "string" && namespace !== "" ? [namespaced(namespace)] : []),
    ...(config["replicas"] ? [withReplicas(objectsIn(config["replicas"]))] : []),
    ...(namePrefix || nameSuffix ? [renamed(String(namePrefix), String(nameSuffix))] : []),
    ...(config["commonLabels"] ? [labelled(textValues(config["commonLabels"]), whole)] : []),
    ...objectsIn(config["labels"]).map((entry) =>
      labelled(textValues(entry["pairs"]), {
        inSelectors: entry["includeSelectors"] === true,
        inTemplates: entry["includeTemplates"] === true,
      }),
    ),
    ...(config["commonAnnotations"] ? [annotated(textValues(config["commonAnnotations"]))] : []),
    ...(config["images"] ? [withImages(objectsIn(config["images"]))] : []),
  ];
}

function textValues(value: JsonValue | undefined): JsonObject {
  return Object.fromEntries(Object.entries(objectIn(value)).map(([key, one]) => [key, String(one)]));
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function documentsOf(text: string): string[] {
  return text.split(/^---.*$/m).filter((one) => one.trim() !== "");
}

function objectsOfText(text: string): JsonObject[] {
  return readYamlFiles(text).filter(isJsonObject);
}
