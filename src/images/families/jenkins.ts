/** Jenkins: it starts and shows a page. Plugins are files without content, so charts can install them. */
import { htmlPage } from "../../programs/servers/service.ts";
import { MB } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { serviceImage } from "../simple.ts";
import { directory, executable, file } from "../tree.ts";

/** Reads `name:version` from the file of `--plugin-file` and from `--plugins`. */
const PLUGIN_CLI = `#!/bin/sh
[ "$1" = "--version" ] && { echo 2.13.2; exit 0; }
names=
while [ $# -gt 0 ]; do
  case "$1" in
    -f | --plugin-file) names="$names $(cat "$2")"; shift ;;
    -p | --plugins) names="$names $2"; shift ;;
  esac
  shift
done
for name in $names; do touch "/usr/share/jenkins/ref/plugins/\${name%%:*}.jpi"; done
echo Done
`;

const owner = { uid: 1000, gid: 1000 };

export const JENKINS: ImageFamily = serviceImage(["docker.io/jenkins/jenkins"], {
  tags: {
    versions: "2.0-1000:30",
    words: { lts: "2.528.3" },
    variants: "lts|[a-z0-9._-]+",
  },
  ...{ base: "debian", path: "/usr/local/bin/jenkins.sh", user: "1000", ports: [8080, 50_000] },
  ...{ sizeBytes: 260 * MB, memoryBytes: 160 * MB, startMs: 12_000 },
  lines: ["Jenkins is fully up and running"],
  page: htmlPage("Jenkins"),
  files: {
    "/usr/local/bin/jenkins-plugin-cli": file(PLUGIN_CLI, { mode: 0o755 }),
    "/usr/share/jenkins/jenkins.war": executable("jenkins-war", { sizeBytes: 95_000_000, mode: 0o644 }),
    "/usr/share/jenkins/ref/plugins": directory(owner),
    "/var/jenkins_home": directory(owner),
  },
});
