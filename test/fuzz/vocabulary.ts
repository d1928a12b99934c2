/** Texts for fields: the recorded examples' texts in a field of that name, and texts that are likely to break code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/lib/json.ts";
import { extensions } from "./extensions.ts";

export interface Example {
  /** `apps/v1/deployments`; the legacy group is empty. */
  resource: string;
  input: JsonObject;
}

const GOLDEN = join(import.meta.dirname, "../golden/kinds");

const recorded = ["defaulting.jsonl", "validation.jsonl"].flatMap((name) =>
  readFileSync(join(GOLDEN, name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Example),
);

/** The recorded clients' bodies, accepted and refused, and the kinds that need several objects to have an effect. */
export const examples: readonly Example[] = [...extensions, ...recorded];

export const NAMES = ["x", "web", "db-0", "node-1", "default", "kube-root-ca.crt", "system:node", "a.example.com"];
export const NAMESPACES = ["default", "kube-system", "other", "gone"];

export const HOSTILE_TEXTS: readonly string[] = [
  ...["", " ", "\u0000", "\ud800", "é", "\u202e", "A", "-", ".", "..", "../..", "/", "%", "%00", "\\", '"', "'", "`"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "null", "true", "0", "-1", "1e400", "NaN", "*", "*/*"],
  ...["a=b,c in (d),!e", "a in (", "metadata.name=x", "(a+)+$", "[[:alpha:]", "(?=x)", "{{.x}}", "$(X)"],
  ...["10.0.0.1", "10.96.0.0/12", "::1", "999.1.1.1", "10.0.0.1/99", "fd00::/8", "http://[::1", "a..b", "-a", "a-"],
  ...["1Gi", "1e", "500mm", "-0.5", "2026-13-45T99:99:99Z", "2026-01-01", "@yearly", "*/0 * * * *", "* * * * * *"],
  ...["60 24 32 13 8", "0 0 30 2 *", "TZ=UTC 0 0 * * *", "x".repeat(64), "x".repeat(254), "x.".repeat(200)],
  "9".repeat(40),
  "a,".repeat(300),
  "((((((((((((((((((((((((((((a))))))))))))))))))))))))))))",
];

const EXPRESSIONS = [
  ...["true", "1", "object.spec.replicas <= 5", "object.metadata.name.startsWith('x')", "self == oldSelf", "1/0 == 0"],
  ...["self.all(x, self.all(y, self.all(z, x == y && y == z)))", "has(object.spec)", "variables.a", "request.userInfo"],
  ...["object.spec.template.spec.containers.all(c, c.image.matches('^(a+)+$'))", "x", "", "(((", "'a'.repeat(1000)"],
  ...["params.data.a == 'b'", "authorizer.group('').resource('pods').check('get').allowed()", "dyn(1) + 'a'"],
  ...["[1,2,3].map(x, x * 9223372036854775807)", "duration('1h') > duration('x')", "quantity('1Gi').isGreaterThan(1)"],
  ...["Object{spec: Object.spec{replicas: 3}}", '[JSONPatch{op: "test", path: "/x", value: 1}]', "oldObject == null"],
];

/** More texts of fields that are rare in the examples. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  name: NAMES,
  namespace: NAMESPACES,
  key: ["a", "app", "b", "kubernetes.io/hostname", "cpu", "memory", "pods", "kubernetes.io/metadata.name"],
  expression: EXPRESSIONS,
  rule: EXPRESSIONS,
  messageExpression: EXPRESSIONS,
  valueExpression: EXPRESSIONS,
  nodeName: ["node-1", "node-2", "nowhere"],
  image: ["nginx", "busybox", "no-such-image:1", "nginx:1.25"],
  type: ["object", "array", "string", "integer", "number", "boolean", "ClusterIP", "NodePort", "Opaque", "Ready"],
  operator: ["In", "NotIn", "Exists", "DoesNotExist", "Equal", "Gt", "Lt"],
  effect: ["NoSchedule", "PreferNoSchedule", "NoExecute"],
  policyType: ["Ingress", "Egress"],
  scope: ["Namespaced", "Cluster", "*"],
  status: ["True", "False", "Unknown"],
  finalizers: ["example.com/a", "foregroundDeletion", "orphan", "kubernetes"],
  pattern: ["^a+$", "(a+)+$", "[", "\\p{L}", "(?i)x", "a{1000}", "(a{100}){100}"],
  format: ["date-time", "int32", "int64", "ipv4", "uuid", "byte", "quantity"],
  jsonPath: [".spec.x", ".metadata.creationTimestamp", ".spec.list[*].a", ".status..x", "{.x}", ""],
  timeZone: ["Europe/Berlin", "UTC", "Local", "Mars/Olympus", "Asia/Gaza", "us/pacific"],
  schedule: [
    "* * * * *",
    "*/5 * * * *",
    "@hourly",
    "0 0 31 2 *",
    ", * * * *",
    "99 * * * *",
    "@every -1s",
    "CRON_TZ=UTC * * * * *",
  ],
};

let words: Map<string, string[]> | undefined;

/** Texts that fit a field of this name; empty for unknown names. */
export function vocabulary(name: string): readonly string[] {
  if (!words) {
    const sets = new Map<string, Set<string>>();
    for (const [field, texts] of Object.entries(WORDS)) sets.set(field, new Set(texts));
    for (const { input } of examples) collect(input, "", sets);
    words = new Map([...sets].map(([field, texts]) => [field, [...texts]]));
  }
  return words.get(name) ?? [];
}

function collect(value: unknown, name: string, into: Map<string, Set<string>>): void {
  if (typeof value === "string") {
    if (value.length < 200) into.set(name, (into.get(name) ?? new Set()).add(value));
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, name, into);
  } else if (typeof value === "object" && value !== null) {
    for (const [field, inner] of Object.entries(value)) {
      if (field !== "__proto__") collect(inner, field, into);
    }
  }
}
