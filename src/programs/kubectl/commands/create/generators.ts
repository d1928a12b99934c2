/**
 * Small generators of `kubectl create`.
 * Source: k8s.io/kubectl pkg/cmd/create
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { resourceQuantity } from "../../core/quantities.ts";
import { Failure } from "../../core/session.ts";
import { type Generator, generator } from "./from-flags.ts";

const namespace: Generator = {
  words: ["namespace"],
  aliases: ["ns"],
  build: (_call, name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name }, spec: {}, status: {} }),
};

const serviceAccount: Generator = {
  words: ["serviceaccount"],
  aliases: ["sa"],
  build: (_call, name) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } }),
};

const deployment: Generator = {
  words: ["deployment"],
  required: ["image"],
  aliases: ["deploy"],
  flags: [
    { name: "image", type: "list" },
    { name: "port", type: "int", default: "-1" },
    { name: "replicas", short: "r", type: "int", default: "1" },
  ],
  build({ flags, args }, name) {
    const images = flags.list("image");
    const command = flags.dashAt === undefined ? [] : args.slice(flags.dashAt);
    if (images.length > 1 && command.length > 0) {
      throw new Failure("error: cannot specify multiple --image options and command");
    }
    const port = flags.int("port");
    const containers = images.map((image) => ({
      image,
      name: containerName(image),
      ...(command.length > 0 && { command: [...command] }),
      ...(port > 0 && { ports: [{ containerPort: port }] }),
      resources: {},
    }));
    const labels = { app: name };
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { labels, name },
      spec: {
        replicas: flags.int("replicas"),
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    };
  },
};

/** `nginx` of `registry.example.com/nginx:1.27`, without characters that names do not have. */
function containerName(image: string): string {
  const last = image.split("/").at(-1) ?? "";
  return last
    .split(/[:@]/)[0]!
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-");
}

const job: Generator = {
  words: ["job"],
  flags: [
    { name: "image", type: "string" },
    { name: "from", type: "string" },
  ],
  *build(call, name) {
    const { flags, args } = call;
    const command = flags.dashAt === undefined ? [] : args.slice(flags.dashAt);
    if (flags.text("from") && flags.text("image")) {
      throw new Failure("error: either --image or --from must be specified");
    }
    if (flags.text("from")) {
      const [type = "", source = ""] = flags.text("from").split("/");
      const resource = (yield* call.resources()).require(type);
      if (resource.name !== "cronjobs")
        throw new Failure(`error: unknown object type *${resource.version}.${resource.kind}`);
      const path = `/apis/batch/v1/namespaces/${call.target.namespace}/cronjobs/${source}`;
      return jobOf(yield* call.client.json(path), name);
    }
    if (!flags.text("image")) throw new Failure("error: either --image or --from must be specified");
    const container = {
      image: flags.text("image"),
      name,
      ...(command.length > 0 && { command: [...command] }),
      resources: {},
    };
    return {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name },
      spec: { template: { metadata: {}, spec: { containers: [container], restartPolicy: "Never" } } },
      status: {},
    };
  },
};

function jobOf(cronJob: JsonObject, name: string): JsonObject {
  const { spec, metadata } = cronJob as unknown as {
    spec: { jobTemplate: { metadata?: JsonObject; spec: JsonObject } };
    metadata: { name: string; uid: string };
  };
  const { annotations = {}, labels } = (spec.jobTemplate.metadata ?? {}) as Record<string, JsonObject | undefined>;
  const owner = { apiVersion: "batch/v1", controller: true, kind: "CronJob", name: metadata.name, uid: metadata.uid };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      annotations: { ...annotations, "cronjob.kubernetes.io/instantiate": "manual" },
      ...(labels && { labels }),
      name,
      ownerReferences: [owner],
    },
    spec: spec.jobTemplate.spec,
    status: {},
  };
}

const cronJob: Generator = {
  words: ["cronjob"],
  required: ["image", "schedule"],
  aliases: ["cj"],
  flags: [
    { name: "image", type: "string" },
    { name: "schedule", type: "string" },
    { name: "restart", type: "string", default: "OnFailure" },
  ],
  build({ flags, args }, name) {
    const command = flags.dashAt === undefined ? [] : args.slice(flags.dashAt);
    const container = {
      image: flags.text("image"),
      name,
      ...(command.length > 0 && { command: [...command] }),
      resources: {},
    };
    const pod = { containers: [container], restartPolicy: flags.text("restart") };
    return {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name },
      spec: {
        jobTemplate: { metadata: { name }, spec: { template: { metadata: {}, spec: pod } } },
        schedule: flags.text("schedule"),
      },
      status: {},
    };
  },
};

const quota: Generator = {
  words: ["quota"],
  aliases: ["resourcequota"],
  flags: [
    { name: "hard", type: "string" },
    { name: "scopes", type: "string" },
  ],
  build({ flags }, name) {
    const hard = Object.fromEntries(
      flags
        .text("hard")
        .split(",")
        .filter((pair) => pair !== "")
        .map((pair) => resourceQuantity(pair, "Invalid")),
    );
    const scopes = flags
      .text("scopes")
      .split(",")
      .filter((scope) => scope !== "");
    const spec = { ...(Object.keys(hard).length > 0 && { hard }), ...(scopes.length > 0 && { scopes }) };
    return { apiVersion: "v1", kind: "ResourceQuota", metadata: { name }, spec, status: {} };
  },
};

export const simpleGenerators = [namespace, serviceAccount, deployment, job, cronJob, quota].map(generator);
