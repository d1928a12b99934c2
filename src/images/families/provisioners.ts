/** Provisioners that make volumes for claims. */
import { localPathProvisioner } from "../../programs/operators/provisioners/local-path.ts";
import { nfsSubdirProvisioner } from "../../programs/operators/provisioners/nfs-subdir.ts";
import type { ImageFamily } from "../image.ts";
import { simpleImage } from "../simple.ts";
import type { TagRule } from "../tags.ts";

const RELEASES: TagRule = {
  ...{ versions: "0.0-1:60 2.0-9:9 3.0-9:9 4.0:5", prefix: "optional", variants: "[a-z0-9.-]+", grows: true },
  words: { "master-head": "0.0.37" },
};

export const PROVISIONERS: readonly ImageFamily[] = [
  simpleImage({
    repositories: ["docker.io/rancher/local-path-provisioner", "docker.io/kindest/local-path-provisioner"],
    ...{ tags: RELEASES, base: "alpine", path: "/usr/bin/local-path-provisioner", program: "local-path-provisioner" },
    ...{ implementation: localPathProvisioner, isCommand: true, ports: [8080], sizeBytes: 18_000_000 },
  }),
  simpleImage({
    repositories: [
      "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner",
      "quay.io/external_storage/nfs-client-provisioner",
      "docker.io/vbouchaud/nfs-client-provisioner",
    ],
    ...{ tags: RELEASES, base: "distroless", path: "/nfs-subdir-external-provisioner" },
    ...{ program: "nfs-subdir-external-provisioner", implementation: nfsSubdirProvisioner, ports: [] },
    sizeBytes: 18_000_000,
  }),
];
