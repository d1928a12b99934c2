/**
 * `kubectl explain`
 * Source: k8s.io/kubectl pkg/cmd/explain/explain.go, pkg/explain/explain.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { serverError } from "../core/client.ts";
import type { Call, Command } from "../core/command.ts";
import { qualifiedName, type Resource, resourceText } from "../core/discovery.ts";
import { Failure, type Steps } from "../core/session.ts";
import { explainText } from "../explain/plaintext.ts";
import { explainOldText } from "../explain/plaintext-openapiv2.ts";

export const explain: Command = {
  words: ["explain"],
  flags: [
    { name: "recursive", type: "bool" },
    { name: "api-version", type: "string" },
    { name: "output", short: "o", type: "string", default: "plaintext" },
  ],
  *run(call) {
    const { session, flags, args } = call;
    const [wanted] = args;
    if (wanted === undefined) {
      throw new Failure(
        'error: You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    if (args.length > 1) throw new Failure("error: We accept only this format: explain RESOURCE");
    const { resource: found, fieldPath } = yield* requestOf(call, wanted);
    const resource = { ...found, ...versionOf(flags.text("api-version")) };
    const isRecursive = flags.is("recursive");
    const format = flags.text("output");
    if (format === "plaintext-openapiv2") {
      const document = yield* documentAt(call, "/openapi/v2");
      session.print(explainOldText({ document: document ?? {}, type: resource, fieldPath, isRecursive }));
      return 0;
    }
    const { group, version } = resource;
    const path = group === "" ? `api/${version}` : `apis/${group}/${version}`;
    const document = yield* documentAt(call, `/openapi/v3/${path}`);
    if (!document) throw new Failure(`error: couldn't find resource for ${JSON.stringify(resourceText(resource))}`);
    if (format !== "plaintext") throw new Failure(`error: unrecognized format: ${format}`);
    session.print(explainText({ document, resource, fieldPath, isRecursive }));
    return 0;
  },
};

/** Group and version of `--api-version`, if it is given. */
function versionOf(text: string): Partial<Pick<Resource, "group" | "version">> {
  if (text === "") return {};
  const [first = "", second] = text.split("/");
  return second === undefined ? { group: "", version: first } : { group: first, version: second };
}

/** The type and the fields of `pods.spec.containers` or `ingresses.networking.k8s.io.spec`. Throws Failure. */
function* requestOf(call: Call, wanted: string): Steps<{ resource: Resource; fieldPath: string[] }> {
  const plain = wanted.replace(/\.$/, "");
  const [type = "", ...rest] = plain.split(".");
  const resources = yield* call.resources();
  const resource = resources.find(type);
  if (!resource) throw new Failure(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  const sameName = resources.all.filter((one) => one.isPreferred && one.name === resource.name);
  const withGroup = sameName.find((one) => one.group !== "" && `${plain}.`.startsWith(`${qualifiedName(one)}.`));
  if (!withGroup || call.flags.text("api-version") !== "") return { resource, fieldPath: rest };
  const fields = plain.slice(qualifiedName(withGroup).length + 1);
  return { resource: withGroup, fieldPath: fields === "" ? [] : fields.split(".") };
}

/** Undefined if the server has no such document. */
function* documentAt({ client }: Call, path: string): Steps<JsonObject | undefined> {
  const reply = yield* client.fetch(path);
  if (reply.status === 404) return undefined;
  if (reply.status >= 400) throw serverError(reply);
  return isJsonObject(reply.json) ? reply.json : undefined;
}
