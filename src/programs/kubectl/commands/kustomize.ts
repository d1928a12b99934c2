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
    { name: "enable-helm", type: "bool", isUnwritten: true },
    { name: "enable-alpha-plugins", type: "bool", isUnwritten: true },
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
