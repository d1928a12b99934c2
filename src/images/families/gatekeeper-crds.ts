/**
 * kubectl with the definitions of gatekeeper in `/crds`. These files are not known; the chart brings the same definitions
 * in its own folder, so applying them changes nothing.
 */
import type { Program } from "../../shell/program.ts";
import { alpineRelease } from "../bases/alpine.ts";
import { MB, onAlpine } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { ANY_VERSION } from "../simple.ts";
import { directory, executable, executables } from "../tree.ts";

const kubectlOfImage: Program = {
  run({ argv }) {
    const args = argv.slice(1);
    const appliesOwn = args[0] === "apply" && args.some((arg) => /^\/?crds\/?$/.test(arg));
    return appliesOwn ? { type: "exit", status: 0 } : { type: "exec", argv: ["/usr/local/bin/kubectl", ...args] };
  },
};

export const GATEKEEPER_CRDS: ImageFamily = {
  repositories: ["docker.io/openpolicyagent/gatekeeper-crds"],
  tags: { ...ANY_VERSION, versions: "3.0-40:9", prefix: "optional", variants: "(?:alpha|beta|rc)\\.\\d+" },
  image: () =>
    onAlpine(alpineRelease(""), {
      sizeBytes: 30 * MB,
      user: "65532",
      entrypoint: ["/kubectl"],
      files: {
        ...executables("/usr/local/bin", "kubectl"),
        "/kubectl": executable("gatekeeper-crds/kubectl", { sizeBytes: 50_000_000 }),
        "/crds": directory(),
      },
    }),
  programs: { "gatekeeper-crds/kubectl": kubectlOfImage },
};
