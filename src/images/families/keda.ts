/** KEDA: its programs are a part of the software that is loaded when a container first runs one. */
import { onDistroless } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { executable } from "../tree.ts";

const MB = 1_000_000;

const IMAGES = [
  ["keda", "/keda", "keda-operator", 40],
  ["keda-metrics-apiserver", "/keda-adapter", "keda-metrics-server", 35],
] as const;

export const KEDA: readonly ImageFamily[] = IMAGES.map(([repository, path, program, sizeMb]) => ({
  repositories: [`ghcr.io/kedacore/${repository}`],
  tags: { versions: "2.0-60:40", prefix: "optional", words: { main: "2.20.0" }, grows: true },
  image: () =>
    onDistroless({
      ...{ sizeBytes: sizeMb * MB, user: "1000", ports: [], entrypoint: [path], cmd: [], env: {} },
      files: { [path]: executable(program, { sizeBytes: sizeMb * 2 * MB }) },
    }),
}));
