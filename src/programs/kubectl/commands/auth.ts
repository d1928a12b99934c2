/**
 * `kubectl auth can-i` and `kubectl auth whoami`
 * Source: k8s.io/kubectl pkg/cmd/auth
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { ALL_NAMESPACES, type Call, type Command, PRINT } from "../core/command.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { ruleRows } from "../describe/rules.ts";
import { objectPrinter } from "../printers/print.ts";
import { printColumns } from "../printers/table.ts";
import { structText } from "../printers/yaml.ts";

const canI: Command = {
  words: ["auth", "can-i"],
  flags: [
    ALL_NAMESPACES,
    { name: "list", type: "bool" },
    { name: "quiet", short: "q", type: "bool" },
    { name: "subresource", type: "string" },
    { name: "no-headers", type: "bool" },
  ],
  *run(call) {
    const { session, flags, client, args, target } = call;
    if (flags.is("list")) return yield* listRules(call);
    const [verb = "", what = "", name = ""] = args;
    if (args.length < 2)
      throw new Failure(
        "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      );
    const namespace = flags.is("all-namespaces") ? "" : target.namespace;
    let spec: JsonObject = { nonResourceAttributes: { path: what, verb } };
    if (!what.startsWith("/")) {
      const [type = "", named = name] = what.split("/");
      const found = type === "*" ? undefined : (yield* call.resources()).find(type);
      if (type !== "*" && !found) session.warn(`Warning: ${missingType(type)}\n\n`);
      if (found && !found.isNamespaced)
        session.warn(
          `Warning: resource '${found.name}' is not namespace scoped${found.group ? ` in group '${found.group}'` : ""}\n\n`,
        );
      const subresource = flags.text("subresource");
      const resourceAttributes = {
        group: found?.group ?? (type === "*" ? "*" : ""),
        ...(named && { name: named }),
        namespace,
        resource: found?.name ?? type,
        ...(subresource && { subresource }),
        verb,
      };
      spec = { resourceAttributes };
    }
    const review = yield* client.json("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      method: "POST",
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec },
    });
    const status = objectIn(review["status"]);
    const isAllowed = status["allowed"] === true;
    const reason = status["reason"] && !isAllowed ? ` - ${String(status["reason"])}` : "";
    if (!flags.is("quiet")) session.print(isAllowed ? "yes\n" : `no${reason}\n`);
    return isAllowed ? 0 : 1;
  },
};

/** `certificates.k8s.io` has a group. */
function missingType(type: string): string {
  const [resource = "", group] = type.toLowerCase().split(/\.(.*)/s);
  return `the server doesn't have a resource type '${resource}'${group === undefined ? "" : ` in group '${group}'`}`;
}

/** `--list`: the rules of the caller in the namespace. */
function* listRules({ flags, args, client, target, session }: Call): Steps<number> {
  if (args.length > 0) throw new Failure("error: list option must be specified with no arguments");
  if (flags.is("quiet") || flags.is("all-namespaces") || flags.text("subresource") !== "") {
    throw new Failure(
      "error: list option can't be specified with neither quiet, all-namespaces nor subresource options",
    );
  }
  const review = yield* client.json("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
    method: "POST",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectRulesReview",
      spec: { namespace: target.namespace },
    },
  });
  const { incomplete, evaluationError, resourceRules, nonResourceRules } = objectIn(review["status"]);
  if (incomplete) session.warn(`Warning: the list may be incomplete: ${String(evaluationError ?? "")}\n`);
  const rows = ruleRows([...objectsIn(resourceRules), ...objectsIn(nonResourceRules)]);
  const head = flags.is("no-headers") ? [] : [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]];
  session.print(printColumns([...head, ...rows]));
  return 0;
}

const whoAmI: Command = {
  words: ["auth", "whoami"],
  flags: PRINT,
  *run({ session, flags, client }) {
    const review = yield* client.json("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      method: "POST",
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    });
    const print = objectPrinter(flags, session);
    if (print) {
      session.print(flags.text("output") === "json" ? structText(inGoOrder(review)) : print(review));
      return 0;
    }
    const status = objectIn(review["status"]);
    const user = objectIn(status["userInfo"]);
    const list = (value: unknown) => `[${Array.isArray(value) ? value.map(String).join(" ") : ""}]`;
    const extra = isJsonObject(user["extra"]) ? Object.entries(user["extra"]).sort() : [];
    const rows = [
      ["ATTRIBUTE", "VALUE"],
      ...(user["username"] ? [["Username", String(user["username"])]] : []),
      ...(user["uid"] ? [["UID", String(user["uid"])]] : []),
      ...(user["groups"] ? [["Groups", list(user["groups"])]] : []),
      ...extra.map(([key, value]) => [`Extra: ${key}`, list(value)]),
    ];
    session.print(printColumns(rows));
    return 0;
  },
};

/** The fields in the order of their Go types. */
function inGoOrder(review: JsonObject): JsonObject {
  const { kind = "", apiVersion = "", status, ...rest } = review;
  const { userInfo, ...more } = objectIn(status);
  const { username, uid, groups, extra } = objectIn(userInfo);
  const user = Object.fromEntries(
    Object.entries({ username, uid, groups, extra }).filter(([, value]) => value !== undefined),
  );
  return { kind, apiVersion, ...rest, status: { userInfo: user as JsonObject, ...more } };
}

export const authCommands: readonly Command[] = [canI, whoAmI];
