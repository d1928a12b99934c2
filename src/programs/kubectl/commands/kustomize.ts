/**
 * `kubectl kustomize`
 * Source: sigs.k8s.io/kustomize kustomize/commands/build
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import { resolvePath } from "../../base/paths.ts";
import type { Command } from "../core/command.ts";
import { Failure, type Steps } from "../core/session.ts";
import { buildKustomization } from "../kustomize/build.ts";
import { yamlText } from "../printers/yaml.ts";

export const kustomize: Command = {
  words: ["kustomize"],
  flags: [
    { name: "output", short: "o", type: "string" },
    { name: "load-restrictor", type: "string" },
    // Flags of generators that are programs: a build calls none, and refuses charts.
    { name: "enable-helm", type: "bool" },
    { name: "enable-alpha-plugins", type: "bool" },
    { name: "env", short: "e", type: "array" },
    { name: "helm-api-versions", type: "array" },
    { name: "helm-command", type: "string", default: "helm" },
    { name: "helm-debug", type: "bool" },
    { name: "helm-kube-version", type: "string" },
    { name: "mount", type: "array" },
    { name: "network", type: "bool" },
    { name: "network-name", type: "string", default: "bridge" },
    { name: "as-current-user", type: "bool" },
  ],
  *run({ session, args, flags }): Steps<number> {
    if (args.length > 1) throw new Failure("error: specify one path to kustomization.yaml");
    const text = buildKustomization(session, args[0] ?? ".")
      .map(yamlText)
      .join("---\n");
    const path = flags.text("output");
    if (path === "") session.print(text);
    else {
      const { files, cwd } = session.process;
      session.once(() => files.write(resolvePath(cwd, bytesOfText(path)), bytesOfText(text)));
    }
    return 0;
  },
};
