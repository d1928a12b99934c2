import { type Command, OUTPUT } from "../core/command.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { objectPrinter } from "../printers/print.ts";

const CLIENT = {
  buildDate: "2026-04-22T12:00:00Z",
  compiler: "gc",
  gitCommit: "",
  gitTreeState: "clean",
  gitVersion: "v1.36.0",
  goVersion: "go1.25.2",
  major: "1",
  minor: "36",
  platform: "linux/amd64",
};
const KUSTOMIZE = "v5.8.0";

const version: Command = {
  words: ["version"],
  flags: [OUTPUT, { name: "client", type: "bool" }],
  *run({ session, flags, client }) {
    const server = flags.is("client") ? undefined : yield* client.json("/version");
    const print = objectPrinter(flags, session);
    if (print) {
      session.print(
        print({ clientVersion: CLIENT, kustomizeVersion: KUSTOMIZE, ...(server && { serverVersion: server }) }),
      );
      return 0;
    }
    session.print(`Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n`);
    if (server) session.print(`Server Version: ${String(server["gitVersion"])}\n`);
    return 0;
  },
};

const clusterInfo: Command = {
  words: ["cluster-info"],
  flags: [],
  *run({ session, target, client }) {
    const { scheme, host, port, basePath } = target;
    const server = `${scheme}://${host}:${port}${basePath}`;
    const services = yield* client.json("/api/v1/namespaces/kube-system/services", {
      query: { labelSelector: "kubernetes.io/cluster-service=true" },
    });
    const isColoured = session.process.isTerminal(1);
    const line = (name: string, link: string) =>
      isColoured
        ? `\u001b[0;32m${name}\u001b[0m is running at \u001b[0;33m${link}\u001b[0m\n`
        : `${name} is running at ${link}\n`;
    session.print(line("Kubernetes control plane", server));
    for (const service of objectsIn(services["items"])) {
      const metadata = objectIn(service["metadata"]);
      const labels = objectIn(metadata["labels"]);
      const spec = objectIn(service["spec"]);
      const [first] = objectsIn(spec["ports"]);
      const suffix = first?.["name"] ? `:${String(first["name"])}` : "";
      const link = `${server}/api/v1/namespaces/kube-system/services/${String(metadata["name"])}${suffix}/proxy`;
      const name = String(labels["kubernetes.io/name"] ?? metadata["name"]);
      session.print(line(name, link));
    }
    session.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    return 0;
  },
};

export const infoCommands: readonly Command[] = [version, clusterInfo];
