/** MinIO, and the image of its client `mc`. */
import { redHatFiles } from "../bases/redhat.ts";
import { MB, onBase } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { UBI } from "../simple.ts";
import type { TagRule } from "../tags.ts";
import { directory, executable, file } from "../tree.ts";

/** Tags are dates: `RELEASE.2024-12-18T13-15-44Z`. */
const TAGS: TagRule = {
  versions: "2020-2026",
  variants: "[\\w.-]+",
  words: Object.fromEntries(
    ["2020", "2021", "2022", "2023", "2024", "2025", "2026"].map((year) => [`RELEASE.${year}`, year]),
  ),
};

const CLIENT = { "/usr/bin/mc": executable("mc", { sizeBytes: 30 * MB }) };
/** As the image's script: flags and commands get the program in front. */
const ENTRYPOINT = '#!/bin/sh\nif [ "$1" != "minio" ] && [ -n "$1" ]; then\n  set -- minio "$@"\nfi\nexec "$@"\n';

const server: ImageFamily = {
  repositories: ["docker.io/minio/minio", "quay.io/minio/minio"],
  tags: TAGS,
  image: () =>
    onBase(() => redHatFiles(UBI), "bash", {
      sizeBytes: 60 * MB,
      ports: [9000],
      entrypoint: ["/usr/bin/docker-entrypoint.sh"],
      cmd: ["minio"],
      files: {
        ...CLIENT,
        "/usr/bin/minio": executable("minio", { sizeBytes: 110 * MB }),
        "/usr/bin/docker-entrypoint.sh": file(ENTRYPOINT, { mode: 0o755 }),
      },
    }),
};

/** Its data folder and its console's port are fixed. */
const bitnami: ImageFamily = {
  repositories: ["docker.io/bitnami/minio"],
  tags: TAGS,
  image: () =>
    onBase(() => redHatFiles(UBI), "bash", {
      sizeBytes: 90 * MB,
      user: "1001",
      ports: [9000, 9001],
      entrypoint: ["/opt/bitnami/minio/bin/minio"],
      cmd: ["server", "--console-address", ":9001", "/bitnami/minio/data"],
      files: {
        "/opt/bitnami/minio/bin/minio": executable("minio", { sizeBytes: 110 * MB }),
        "/opt/bitnami/minio-client/bin/mc": executable("mc", { sizeBytes: 30 * MB }),
        ...CLIENT,
        "/bitnami/minio/data": directory({ mode: 0o775, uid: 1001 }),
      },
    }),
};

const client: ImageFamily = {
  repositories: ["docker.io/minio/mc", "quay.io/minio/mc"],
  tags: TAGS,
  image: () => onBase(() => redHatFiles(UBI), "bash", { sizeBytes: 30 * MB, entrypoint: ["mc"], files: CLIENT }),
};

export const MINIO: readonly ImageFamily[] = [server, bitnami, client];
