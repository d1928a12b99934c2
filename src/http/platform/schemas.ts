/** Schemas of requests and responses of the platform's API. */
import { z } from "@hono/zod-openapi";
import {
  MAX_CREDENTIAL_GROUPS,
  MAX_DISPLAY_NAME_LENGTH,
  MAX_LABELS,
  MAX_NODES_PER_CLUSTER,
  MAX_QUANTITY_LENGTH,
  MAX_WAIT_SECONDS,
} from "../../lib/limits.ts";
import { dnsSubdomainProblems, labelValueProblems, qualifiedNameProblems } from "../../lib/names.ts";
import { isQuantity } from "../../lib/quantity.ts";
import { CREDENTIAL_ROLES, ROLES } from "../../platform/roles.ts";
import { exampleCluster } from "./examples.ts";

/** A string for which `problems` returns no problem. */
function checkedString(problems: (value: string) => string[]) {
  return z.string().superRefine((value, context) => {
    for (const message of problems(value)) context.addIssue({ code: "custom", message });
  });
}

/** A text without control characters and unpaired surrogates, so that every program shows it unchanged. */
const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;
const NOT_PLAIN = "must not contain control characters or unpaired surrogates";
/**
 * The same rule for the document, in a syntax that the regular expressions of all languages share: without Unicode
 * properties. UTF-8 cannot encode unpaired surrogates.
 */
const PLAIN_TEXT_PATTERN = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";

function plainText(schema: z.ZodString) {
  return schema.regex(PLAIN_TEXT, NOT_PLAIN).openapi({ pattern: PLAIN_TEXT_PATTERN });
}

export const DisplayName = plainText(z.string().trim().min(1).max(MAX_DISPLAY_NAME_LENGTH));
/** A user or a group. */
const Subject = plainText(z.string().min(1).max(253));

const LabelMap = z
  .record(checkedString(qualifiedNameProblems), checkedString(labelValueProblems))
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `at most ${MAX_LABELS} labels`);

/** Refuses `__proto__`, which JavaScript objects would lose silently. */
const Labels = z
  .preprocess((labels, context) => {
    if (typeof labels === "object" && labels !== null && Object.hasOwn(labels, "__proto__")) {
      context.addIssue({ code: "custom", message: "`__proto__` is not a valid key" });
    }
    return labels;
  }, LabelMap)
  .openapi({ type: "object", additionalProperties: { type: "string" }, maxProperties: MAX_LABELS });

const Taint = z.strictObject({
  key: checkedString(qualifiedNameProblems),
  value: checkedString(labelValueProblems).optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const Node = z.strictObject({
  name: checkedString(dnsSubdomainProblems).optional(),
  labels: Labels.optional(),
  taints: z.array(Taint).max(MAX_LABELS).optional(),
  capacity: z
    .record(
      checkedString(qualifiedNameProblems),
      z
        .string()
        .max(MAX_QUANTITY_LENGTH)
        .refine(isQuantity, "must be a quantity such as 500m, 2, 4Gi")
        .refine((text) => !text.startsWith("-"), "must not be negative"),
    )
    .optional(),
});

const Nodes = z.union([
  z.number().int().min(1).max(MAX_NODES_PER_CLUSTER),
  z
    .array(Node)
    .min(1)
    .max(MAX_NODES_PER_CLUSTER)
    .superRefine((nodes, context) => {
      const names = nodes.map((node, index) => node.name ?? `node-${index + 1}`);
      names.forEach((name, index) => {
        if (names.indexOf(name) !== index) {
          context.addIssue({ code: "custom", path: [index, "name"], message: `another node is called ${name}` });
        }
      });
    }),
]);

export const NewCluster = z
  .strictObject({
    name: DisplayName.optional(),
    labels: Labels.optional(),
    nodes: Nodes.optional().openapi({ description: "How many, or one entry for each. Default: 3." }),
    seed: plainText(z.string().min(1).max(64))
      .optional()
      .openapi({ description: "The same seed and inputs give the same cluster. Default: random." }),
    latency: z
      .enum(["realistic", "instant"])
      .optional()
      .openapi({ description: "`instant`: images and starts take no time. Default: `realistic`." }),
    unknownImages: z
      .enum(["run", "fail"])
      .optional()
      .openapi({ description: "Whether image names that are not known can be pulled. Default: `fail`." }),
    loadBalancers: z.enum(["assigned", "pending"]).optional().openapi({
      description:
        "`assigned`: Services of the type LoadBalancer get an address, as in a cloud. `pending`: as on a machine of one's own. Default: `assigned`.",
    }),
    packages: z.enum(["offline", "mirror"]).optional().openapi({
      description:
        "`mirror`: apt-get, apk, yum and dnf in containers install the programs that Sandbar has. `offline`: they answer as without a network. Default: `offline`.",
    }),
  })
  .openapi("NewCluster");

export const Cluster = z
  .object({
    id: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    createdAt: z.iso.datetime(),
    server: z.url(),
    nodes: z.number().int(),
    latency: z.enum(["realistic", "instant"]),
    unknownImages: z.enum(["run", "fail"]),
    loadBalancers: z.enum(["assigned", "pending"]),
    packages: z.enum(["offline", "mirror"]),
    resourceVersion: z.string().openapi({ description: "The newest one in the cluster." }),
    time: z.iso.datetime().openapi({ description: "Cluster time up to which the cluster was simulated." }),
    offsetSeconds: z.number().openapi({ description: "How far the cluster's time runs ahead of real time." }),
  })
  .openapi("Cluster");

const Role = z.enum(CREDENTIAL_ROLES).openapi({
  description: Object.entries(ROLES)
    .map(([role, { meaning }]) => `- \`${role}\`: ${meaning}`)
    .join("\n"),
});

export const NewCredential = z
  .strictObject({
    user: Subject.openapi({ description: "The user name of the bearer in the cluster.", example: "anna" }),
    role: Role.optional(),
    groups: z.array(Subject).max(MAX_CREDENTIAL_GROUPS).optional().openapi({
      description: "Further groups, for RBAC rules of your own. Without role and groups it opens nothing.",
    }),
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .openapi({ description: "Must be in the future. Default: until it is revoked." }),
  })
  .openapi("NewCredential");

export const Credential = z
  .object({
    id: z.string(),
    user: z.string(),
    role: z.enum(CREDENTIAL_ROLES).nullable().openapi({ description: "Null where its groups belong to no role." }),
    groups: z.array(z.string()).openapi({ description: "Includes the groups of its role." }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
  })
  .openapi("Credential");

export const CreatedCredential = Credential.extend({
  token: z.string().openapi({ description: "Shown once." }),
  kubeconfig: z.string().openapi({ description: "A complete kubeconfig with this token." }),
}).openapi("CreatedCredential");

export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first characters of the key." }),
    createdAt: z.iso.datetime(),
  })
  .openapi("ApiKey");

export const CreatedApiKey = ApiKey.extend({
  key: z.string().openapi({ description: "Shown once." }),
}).openapi("CreatedApiKey");

export const Organization = z
  .object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime() })
  .openapi("Organization");

/** The old name of `resourceVersion` in some answers; both fields are sent. */
export const deprecatedRevision = z.string().openapi({ deprecated: true, description: "Use `resourceVersion`." });

/** The name of a path parameter, for the document. */
export function pathParameter<N extends string>(name: N, example: string) {
  return z.string().openapi({ param: { name, in: "path" }, example });
}

export const ClusterPath = z.object({ clusterId: pathParameter("clusterId", exampleCluster.id) });

/** How long a question waits for changes that are in progress in a cluster. */
export const WaitSchema = z.strictObject({ seconds: z.number().min(0).max(MAX_WAIT_SECONDS) }).openapi("Wait", {
  description:
    "Ask again, in real time, until the answer is good or the time is over. The cluster's own clock is not moved.",
  example: { seconds: 30 },
});
