/**
 * `kubectl create role`, `clusterrole`, their bindings, and `token`
 * Source: k8s.io/kubectl pkg/cmd/create/create_role.go, create_rolebinding.go, create_token.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import { type Call, type Command, PRINT } from "../../core/command.ts";
import type { FlagSpec } from "../../core/flags.ts";
import { objectIn } from "../../core/parts.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { objectPrinter } from "../../printers/print.ts";
import { type Generator, generator } from "./from-flags.ts";

const RBAC = "rbac.authorization.k8s.io";
const RULES: readonly FlagSpec[] = [
  { name: "verb", type: "list" },
  { name: "resource", type: "list" },
  { name: "resource-name", type: "array" },
];

/** One rule for each group of the resources. */
function* rulesOf(call: Call): Steps<JsonObject[]> {
  const { flags } = call;
  const verbs = [...new Set(flags.list("verb"))];
  if (verbs.length === 0) throw new Failure("error: at least one verb must be specified");
  const names = flags.list("resource-name");
  const urls = flags.list("non-resource-url");
  if (flags.list("resource").length === 0 && urls.length === 0)
    throw new Failure(
      call.words.endsWith("clusterrole")
        ? "error: one of resource or nonResourceURL must be specified"
        : "error: at least one resource must be specified",
    );
  checkVerbs(call, verbs, urls.length > 0);
  const resources = yield* call.resources();
  const byGroup = new Map<string, string[]>();
  for (const text of flags.list("resource")) {
    const [type = "", subresource] = text.split("/");
    const found = type === "*" ? { group: "*", name: "*" } : resources.find(type);
    if (!found) throw new Failure(`the server doesn't have a resource type ${JSON.stringify(type)}`);
    const shown = subresource ? `${found.name}/${subresource}` : found.name;
    byGroup.set(found.group, [...(byGroup.get(found.group) ?? []), shown]);
  }
  const rules: JsonObject[] = [...byGroup].map(([group, all]) => ({
    apiGroups: [group],
    ...(names.length > 0 && { resourceNames: [...names] }),
    resources: all,
    verbs,
  }));
  return urls.length > 0 ? [...rules, { nonResourceURLs: [...urls], verbs }] : rules;
}

const RESOURCE_VERBS = new Set(
  "* get delete list create update patch watch proxy deletecollection use bind escalate impersonate".split(" "),
);
const URL_VERBS = new Set("* get put post head options delete patch".split(" "));

function checkVerbs({ session, flags }: Call, verbs: readonly string[], hasUrls: boolean): void {
  const wrong = hasUrls ? verbs.find((verb) => !URL_VERBS.has(verb)) : undefined;
  if (wrong !== undefined) throw new Failure(`error: invalid verb: '${wrong}' for nonResourceURL`);
  if (flags.list("resource").length === 0) return;
  for (const verb of verbs.filter((one) => !RESOURCE_VERBS.has(one))) {
    session.warn(`Warning: '${verb}' is not a standard resource verb\n`);
  }
}

const role: Generator = {
  words: ["role"],
  flags: RULES,
  *build(call, name) {
    return { apiVersion: `${RBAC}/v1`, kind: "Role", metadata: { name }, rules: yield* rulesOf(call) };
  },
};

const clusterRole: Generator = {
  words: ["clusterrole"],
  flags: [...RULES, { name: "non-resource-url", type: "list" }, { name: "aggregation-rule", type: "string" }],
  *build(call, name) {
    const aggregation = call.flags.text("aggregation-rule");
    if (aggregation) {
      const matchLabels = Object.fromEntries(aggregation.split(",").map((pair) => pair.split("=") as [string, string]));
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels }] };
      return { aggregationRule, apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules: null };
    }
    return { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules: yield* rulesOf(call) };
  },
};

const SUBJECTS: readonly FlagSpec[] = [
  { name: "user", type: "list" },
  { name: "group", type: "list" },
  { name: "serviceaccount", type: "list" },
];

function subjectsOf({ flags }: Call): JsonObject[] {
  const named = (kind: string, name: string) => ({ apiGroup: RBAC, kind, name });
  return [
    ...flags.list("user").map((name) => named("User", name)),
    ...flags.list("group").map((name) => named("Group", name)),
    ...flags.list("serviceaccount").map((account) => {
      const [namespace = "", name] = account.split(":");
      if (!name) throw new Failure("error: serviceaccount must be <namespace>:<name>");
      return { kind: "ServiceAccount", name, namespace };
    }),
  ];
}

function withSubjects(call: Call): JsonObject {
  const subjects = subjectsOf(call);
  return subjects.length > 0 ? { subjects } : {};
}

const roleBinding: Generator = {
  words: ["rolebinding"],
  flags: [...SUBJECTS, { name: "role", type: "string" }, { name: "clusterrole", type: "string" }],
  build(call, name) {
    const [of, inCluster] = [call.flags.text("role"), call.flags.text("clusterrole")];
    if ((of === "") === (inCluster === ""))
      throw new Failure("error: exactly one of clusterrole or role must be specified");
    const roleRef = { apiGroup: RBAC, kind: of ? "Role" : "ClusterRole", name: of || inCluster };
    return { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata: { name }, roleRef, ...withSubjects(call) };
  },
};

const clusterRoleBinding: Generator = {
  words: ["clusterrolebinding"],
  required: ["clusterrole"],
  flags: [...SUBJECTS, { name: "clusterrole", type: "string" }],
  build(call, name) {
    const of = call.flags.text("clusterrole");
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: of };
    return {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef,
      ...withSubjects(call),
    };
  },
};

function* tokenRequest({ client, target }: Call, name: string, spec: JsonObject): Steps<JsonObject> {
  const path = `/api/v1/namespaces/${target.namespace}/serviceaccounts/${name}/token`;
  try {
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
    return yield* client.json(path, { method: "POST", body });
  } catch (error) {
    if (error instanceof ServerError) throw new Failure(`error: failed to create token: ${error.statusMessage}`);
    throw error;
  }
}

const token: Command = {
  words: ["create", "token"],
  flags: [
    ...PRINT,
    { name: "duration", type: "duration" },
    { name: "audience", type: "array" },
    { name: "bound-object-kind", type: "string" },
    { name: "bound-object-name", type: "string" },
    { name: "bound-object-uid", type: "string" },
  ],
  *run(call) {
    const { flags, args, session } = call;
    const [name = ""] = args;
    if (args.length !== 1)
      throw new Failure(
        `error: exactly one NAME is required, got ${args.length}\nSee 'kubectl create token -h' for help and examples`,
      );
    const seconds = Math.round(flags.duration("duration") / 1000);
    const audiences = flags.list("audience");
    const kind = flags.text("bound-object-kind");
    if (kind && !["Node", "Pod", "Secret"].includes(kind)) {
      throw new Failure("error: supported --bound-object-kind values are Node, Pod, Secret");
    }
    const bound = {
      apiVersion: "v1",
      kind,
      name: flags.text("bound-object-name"),
      ...(flags.text("bound-object-uid") && { uid: flags.text("bound-object-uid") }),
    };
    const answer = yield* tokenRequest(call, name, {
      ...(audiences.length > 0 && { audiences: [...audiences] }),
      ...(kind && { boundObjectRef: bound }),
      ...(seconds > 0 && { expirationSeconds: seconds }),
    });
    const print = objectPrinter(flags, session);
    const value = String(objectIn(answer["status"])["token"] ?? "");
    // Only a terminal needs the end of the line: scripts take the token as it is.
    if (print) session.print(print(answer));
    else session.print(session.process.terminal(1) ? `${value}\n` : value);
    return 0;
  },
};

export const accessGenerators: readonly Command[] = [
  ...[role, clusterRole, roleBinding, clusterRoleBinding].map(generator),
  token,
];
