/** Vault: its server begins sealed, as with the chart. */
import { vaultInjector } from "../../programs/operators/vault-injector.ts";
import { vault } from "../../programs/servers/vault/vault.ts";
import type { ImageFamily } from "../image.ts";
import { ANY_VERSION, simpleImage } from "../simple.ts";
import { directory, executable } from "../tree.ts";

const owner = { uid: 100, gid: 1000 };

const injector: ImageFamily = simpleImage({
  repositories: ["docker.io/hashicorp/vault-k8s"],
  ...{ tags: ANY_VERSION, base: "alpine", path: "/bin/vault-k8s", program: "vault-k8s", implementation: vaultInjector },
  ...{ ports: [8080], sizeBytes: 30_000_000, user: "100" },
});

const server: ImageFamily = simpleImage({
  repositories: ["docker.io/hashicorp/vault", "docker.io/library/vault"],
  ...{ tags: ANY_VERSION, base: "alpine", path: "/bin/vault", program: "vault", implementation: vault },
  ...{ ports: [8200, 8201], sizeBytes: 150_000_000, cmd: ["server", "-dev"] },
  files: {
    "/usr/local/bin/docker-entrypoint.sh": executable("exec-entrypoint", {
      content: '#!/bin/sh\nset -e\ncase "$1" in -*) set -- vault "$@" ;; esac\nexec "$@"\n',
    }),
    "/vault/config": directory(owner),
    "/vault/data": directory(owner),
    "/vault/file": directory(owner),
    "/vault/logs": directory(owner),
  },
});

export const VAULT: readonly ImageFamily[] = [server, injector];
