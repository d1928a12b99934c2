/**
 * The resources that the server knows, and what the user's names for them mean.
 * Source: k8s.io/client-go restmapper/discovery.go, restmapper/shortcut.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { Client } from "./client.ts";
import { objectIn, objectsIn } from "./parts.ts";
import { Failure, type Steps } from "./session.ts";

const AGGREGATED = "application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList,application/json";

export interface Resource {
  group: string;
  version: string;
  /** Plural. */
  name: string;
  singular: string;
  kind: string;
  isNamespaced: boolean;
  shortNames: readonly string[];
  categories: readonly string[];
  verbs: readonly string[];
  subresources: readonly string[];
  /** The preferred version of its group. */
  isPreferred: boolean;
}

/** All resources, in the server's order of groups; the core group first. */
export class Resources {
  readonly all: readonly Resource[];

  constructor(all: readonly Resource[]) {
    this.all = all;
  }

  /** The resources behind `pods`, `po`, `deploy.apps`, `deployments.v1.apps` or `Deployment`. */
  find(name: string): Resource | undefined {
    const wanted = name.toLowerCase();
    const [first = "", ...rest] = wanted.split(".");
    const named = (one: Resource) => one.name === first || one.singular === first || one.kind.toLowerCase() === first;
    const group = rest.join(".");
    const inGroup = (one: Resource) =>
      group === "" ||
      one.group === group ||
      `${one.version}.${one.group}` === group ||
      // A prefix of the group is enough.
      one.group.startsWith(`${group}.`) ||
      (group === one.version && one.group === "");
    const preferred = this.all.filter(({ isPreferred }) => isPreferred);
    const found =
      preferred.find((one) => named(one) && inGroup(one)) ?? this.all.find((one) => named(one) && inGroup(one));
    if (found) return found;
    const long = preferred.find((one) => one.shortNames.includes(first))?.name;
    return long === undefined || long === first ? undefined : this.find([long, ...rest].join("."));
  }

  /** As `find`. Throws Failure. */
  require(name: string): Resource {
    const found = this.find(name);
    const [plain = ""] = name.split(".");
    if (!found) throw new Failure(`error: the server doesn't have a resource type ${JSON.stringify(plain)}`);
    return found;
  }

  /** The resources of a category such as `all`. */
  category(name: string): readonly Resource[] {
    return this.all.filter(({ isPreferred, categories }) => isPreferred && categories.includes(name));
  }

  /** The resource of an object's apiVersion and kind. */
  ofObject(apiVersion: string, kind: string): Resource | undefined {
    return this.all.find((one) => apiVersionOf(one) === apiVersion && one.kind === kind);
  }
}

function apiVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** `pods`, `deployments.apps`. */
export function qualifiedName({ name, group }: Pick<Resource, "name" | "group">): string {
  return group === "" ? name : `${name}.${group}`;
}

/** `apps/v1, Resource=deployments`: as errors of lists name a type. */
export function resourceText({ group, version, name }: Pick<Resource, "group" | "version" | "name">): string {
  return `${group}/${version}, Resource=${name}`;
}

/** `pod/web`, `deployment.apps/web`: as kubectl prints what it did. */
export function shownName({ singular, kind, group }: Resource, name: string): string {
  const type = singular || kind.toLowerCase();
  return `${group === "" ? type : `${type}.${group}`}/${name}`;
}

/** The path of a collection, or of an object. */
export function pathOf(resource: Resource, namespace: string, name?: string, subresource?: string): string {
  const { group, version, name: plural, isNamespaced } = resource;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = isNamespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const object = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${root}${scope}/${plural}${object}${subresource === undefined ? "" : `/${subresource}`}`;
}

/** Asks the server for its resources. */
export function* discover(client: Client): Steps<Resources> {
  const core = yield* client.json("/api", { accept: AGGREGATED });
  const groups = yield* client.json("/apis", { accept: AGGREGATED });
  return new Resources([...resourcesOf(core), ...resourcesOf(groups)]);
}

function resourcesOf(list: JsonObject): Resource[] {
  return objectsIn(list["items"]).flatMap((group) => {
    const metadata = objectIn(group["metadata"]);
    return objectsIn(group["versions"]).flatMap((version, i) =>
      objectsIn(version["resources"]).map((resource) =>
        resourceOf(resource, metadata["name"], version["version"], i === 0),
      ),
    );
  });
}

function resourceOf(
  resource: JsonObject,
  group: JsonValue | undefined,
  version: JsonValue | undefined,
  isPreferred: boolean,
): Resource {
  const responseKind = objectIn(resource["responseKind"]);
  return {
    group: textOf(group),
    version: textOf(version),
    name: textOf(resource["resource"]),
    singular: textOf(resource["singularResource"]),
    kind: textOf(responseKind["kind"]),
    isNamespaced: resource["scope"] === "Namespaced",
    shortNames: textsIn(resource["shortNames"]),
    categories: textsIn(resource["categories"]),
    verbs: textsIn(resource["verbs"]),
    subresources: objectsIn(resource["subresources"]).map((one) => textOf(one["subresource"])),
    isPreferred,
  };
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
