/** Package managers in containers: with a mirror they install the programs that exist here, and nothing else. */
import { describe, expect, it } from "vitest";
import type { ClusterSettings } from "../../src/cluster/settings.ts";
import { FAMILIES } from "../../src/images/registry.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { programNames } from "../../src/programs/registry.ts";
import { cataloguePrograms } from "../../src/programs/system/package-catalogue.ts";
import type { Container } from "../../src/schema/index.ts";
import { SHELL_PROGRAMS } from "../../src/shell/shells.ts";
import { clusterWith, podWith } from "./clusters.ts";

/** The output of the container's script, with its exit status. */
function run(
  image: string,
  script: string,
  { packages = "mirror", ...container }: Partial<Container> & Pick<ClusterSettings, "packages"> = {},
): string {
  const command = ["sh", "-c", `(${script}) 2>&1; echo "exit $?"; sleep 1000`];
  const cluster = clusterWith({ packages }, podWith("p", { image, command, ...container }));
  cluster.advance(60_000);
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  return cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false })).text;
}

describe("packages", () => {
  it("cannot be reached without a mirror, as is the default", () => {
    expect(run("debian", "apt-get update", { packages: "offline" })).toMatch(
      /Temporary failure resolving 'deb\.debian\.org'\nW: Some index files failed [\s\S]*\nexit 0\n$/,
    );
    expect(run("ubuntu", "apt-get update && apt-get install -y curl", { packages: "offline" })).toMatch(
      /E: Unable to locate package curl\nexit 100\n$/,
    );
    expect(run("alpine", "apk add curl", { packages: "offline" })).toMatch(
      /curl \(no such package\)[\s\S]*\nexit 1\n$/,
    );
    expect(run("rockylinux:9", "dnf install -y jq", { packages: "offline" })).toMatch(
      /Could not resolve[\s\S]*\nexit 1\n$/,
    );
  });

  it("hold programs that exist", () => {
    const known = new Set([
      ...programNames(),
      ...Object.keys(SHELL_PROGRAMS),
      ...FAMILIES.flatMap(({ programs = {} }) => Object.keys(programs)),
    ]);
    expect(cataloguePrograms().filter((name) => !known.has(name))).toEqual([]);
  });

  it("of Debian are found after an update of the lists", () => {
    expect(run("debian", "apt-get install -y curl")).toMatch(/E: Unable to locate package curl\nexit 100\n$/);
    const installed = run("debian", "apt-get update && apt-get install -y --no-install-recommends curl=7.88 dnsutils");
    expect(installed).toContain("0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.\n");
    expect(installed).toMatch(/Setting up dnsutils .*\nexit 0\n$/);
    expect(run("ubuntu:22.04", "apt update && apt install -y redis-tools cowsay")).toMatch(
      /E: Unable to locate package cowsay\nexit 100\n$/,
    );
  });

  it("of Debian run once they are installed, and can be removed", () => {
    const script = "apt-get update && apt-get install -y jq && echo '{\"a\": 5}' | jq .a && apt-get remove -y jq && jq";
    expect(run("nginx", script)).toMatch(/\n5\n[\s\S]*jq: not found\nexit 127\n$/);
  });

  it("of Alpine replace applets of busybox without changing it", () => {
    const script = "apk add --no-cache procps bash && /bin/bash -c 'echo $BASH_VERSION' && busybox echo kept";
    expect(run("alpine", script)).toMatch(/\(1\/2\) Installing procps [\s\S]*\n5\.2\.\S+\nkept\nexit 0\n$/);
  });

  it("of Red Hat's systems come with dnf", () => {
    expect(run("rockylinux:9", "dnf install -y jq && jq -n 1+1")).toMatch(/Complete!\n2\nexit 0\n$/);
  });

  it("cannot be installed in a file system that is read-only", () => {
    const securityContext = { readOnlyRootFilesystem: true };
    expect(run("alpine", "apk add curl", { securityContext })).toMatch(/Read-only file system\nexit 99\n$/);
    expect(run("debian", "apt-get update", { securityContext })).toMatch(/Read-only file system\)\nexit 100\n$/);
  });
});
