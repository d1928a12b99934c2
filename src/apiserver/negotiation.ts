/** Content negotiation: the form of an answer, from the `Accept` header and the query. */
import { ApiError } from "../lib/api-error.ts";
import type { RequestHead } from "./request.ts";
import { isTrue } from "./request-info.ts";

export interface Representation {
  /** The objects themselves, a printed table, or their metadata only. */
  form: "object" | "table" | "partial";
  /** `meta.k8s.io` version of tables and partial objects. */
  metaVersion: "v1" | "v1beta1";
  encoding: "json" | "yaml";
  isPretty: boolean;
  /** The part of the object that each row of a table includes. */
  includeObject: "None" | "Metadata" | "Object";
}

interface Clause {
  type: string;
  parameters: Map<string, string>;
  quality: number;
}

/** The media types that routes produce, as the refusal lists them. */
const PRODUCED = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const PRODUCED_BY_LISTS = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];

/** User agents of people: they get indented JSON by default. */
const PRETTY_AGENTS = ["curl", "Wget", "Mozilla/5.0"];

/** Chooses the first acceptable form; JSON where a client prefers protobuf. Throws NotAcceptable. */
export function negotiate(
  request: RequestHead,
  options: { isCollection: boolean; hasOneForm?: boolean },
): Representation {
  const clauses = parseAccept(request.headers["accept"] ?? "");
  if (!clauses.some(isProduced)) throw notProduced(options);
  for (const clause of clauses) {
    const representation = representationOf(clause, request);
    if (representation && (!options.hasOneForm || representation.form === "object")) return representation;
  }
  throw new ApiError("NotAcceptable", `only the following media types are accepted: ${PRODUCED.join(", ")}`);
}

/** The plain JSON form, for answers without another form. */
export function plainRepresentation(request: RequestHead): Representation {
  return {
    form: "object",
    metaVersion: "v1",
    encoding: "json",
    isPretty: wantsPretty(request),
    includeObject: "Metadata",
  };
}

/** The form of a refusal. It never depends on a form that the request asked for and cannot get. */
export function refusalRepresentation(request: RequestHead): Representation {
  const known = parseAccept(request.headers["accept"] ?? "").find(({ type }) => encodingOf(type) !== undefined);
  return { ...plainRepresentation(request), encoding: (known && encodingOf(known.type)) ?? "json" };
}

function representationOf(clause: Clause, request: RequestHead): Representation | undefined {
  const encoding = encodingOf(clause.type);
  if (!encoding) return undefined;
  const base: Representation = {
    ...plainRepresentation(request),
    encoding,
    includeObject: includeObject(request),
  };
  const as = clause.parameters.get("as");
  if (as === undefined) return base;

  const version = clause.parameters.get("v") ?? "";
  if (clause.parameters.get("g") !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1")) return undefined;
  if (as === "Table") return { ...base, form: "table", metaVersion: version };
  const isPartial = as === "PartialObjectMetadata" || as === "PartialObjectMetadataList";
  return isPartial ? { ...base, form: "partial", metaVersion: version } : undefined;
}

function encodingOf(type: string): Representation["encoding"] | undefined {
  if (type === "application/json" || type === "*/*" || type === "application/*") return "json";
  return type === "application/yaml" ? "yaml" : undefined;
}

export function parseAccept(header: string): Clause[] {
  if (header.trim() === "") return [{ type: "*/*", parameters: new Map(), quality: 1 }];
  const clauses = header.split(",").map((text) => {
    const [type = "", ...rest] = text.split(";").map((part) => part.trim());
    const parameters = new Map(rest.map((part) => part.split("=", 2) as [string, string]));
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get("q") ?? 1) };
  });
  // Stable: alternatives of equal quality stay in the client's order.
  return clauses.sort((a, b) => b.quality - a.quality);
}

function isProduced(clause: Clause): boolean {
  return clause.type === "*/*" || clause.type === "application/*" || PRODUCED.includes(clause.type);
}

function notProduced(options: { isCollection: boolean }): ApiError {
  const available = options.isCollection ? [...PRODUCED, ...PRODUCED_BY_LISTS] : PRODUCED;
  return new ApiError("NotAcceptable", `406: Not Acceptable\n\nAvailable representations: ${available.join(", ")}`, {});
}

function wantsPretty(request: RequestHead): boolean {
  const asked = request.query.get("pretty");
  if (asked !== null) return isTrue(asked);
  const agent = request.headers["user-agent"] ?? "";
  return PRETTY_AGENTS.some((prefix) => agent.startsWith(prefix));
}

function includeObject(request: RequestHead): Representation["includeObject"] {
  const asked = request.query.get("includeObject");
  return asked === "None" || asked === "Object" ? asked : "Metadata";
}
