/**
 * consul-k8s-control-plane: the certificate of the injector's webhook, the injector itself, and the tasks of the chart. It
 * injects nothing.
 * Source: github.com/hashicorp/consul-k8s control-plane/subcommand (webhook-cert-manager, inject-connect, …)
 */
import { FileError } from "../../files/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { objectsIn } from "../kubectl/core/parts.ts";
import { printLines } from "../servers/log.ts";
import { flagOf } from "../servers/server.ts";
import { work } from "../servers/unknown.ts";
import { type Rotation, rotatingOperator } from "./rotator.ts";
import { MUTATING } from "./server-certificates.ts";

const certificateManager = rotatingOperator({
  ...{ agent: "consul-k8s-control-plane", ports: () => [], lines: ["Starting webhook cert manager"] },
  rotation: certificateOf,
});

const injector = rotatingOperator({
  agent: "consul-k8s-control-plane",
  ports: () => [8080, 9445],
  lines: ["Starting manager", "Serving webhook server"],
  certificatePath: () => "/etc/connect-injector/certs/tls.crt",
  rotation: () => undefined,
});

/** The first entry of its configuration: a Secret for the webhook configuration of the same name. */
function certificateOf(process: ProcessView): Rotation | undefined {
  const [entry] = configurationOf(process);
  if (!entry) return undefined;
  const name = String(entry["name"]);
  return {
    ...{ namespace: String(entry["secretNamespace"]), secret: String(entry["secretName"]), type: "kubernetes.io/tls" },
    ...{ services: [name], organization: "HashiCorp Inc.", configurations: [`${MUTATING}/${name}`] },
  };
}

function configurationOf({ argv, files }: ProcessView): JsonObject[] {
  try {
    return objectsIn(JSON.parse(files.read(flagOf(argv, "config-file") ?? "")));
  } catch (error) {
    if (error instanceof FileError || error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Writes where the server runs, for the agent's configuration: nodes of this cluster are in no region. */
function fetchServerRegion(process: ProcessView): Step {
  const path = flagOf(process.argv, "output-file");
  if (path === undefined) {
    printLines(process, 1, ["-output-file must be set"]);
    return { type: "exit", status: 1 };
  }
  process.files.write(path, "{}");
  return { type: "exit", status: 0 };
}

function partOf({ argv }: ProcessView): Program {
  switch (argv[1]) {
    case "webhook-cert-manager":
      return certificateManager;
    case "inject-connect":
      return injector;
    case "fetch-server-region":
      return { run: fetchServerRegion };
    default:
      return { run: work };
  }
}

export const consulControlPlane: Program = {
  run: (process) => partOf(process).run(process),
  serve: (process, request) =>
    partOf(process).serve?.(process, request) ?? { type: "failed", why: "refused", afterMs: 0 },
};
