/** Kyverno: its programs are a part of the software that is loaded when a container first runs one. */
import { onDistroless } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { executable } from "../tree.ts";

const MB = 1_000_000;

const IMAGES = [
  ["kyverno", "kyverno", "kyverno-admission", 60],
  ["background-controller", "background-controller", "kyverno-background", 50],
  ["reports-controller", "reports-controller", "kyverno-reports", 50],
  ["readiness-checker", "readiness-checker", "kyverno-readiness-checker", 25],
] as const;

export const KYVERNO: readonly ImageFamily[] = IMAGES.map(([repository, file, program, sizeMb]) => ({
  repositories: [`ghcr.io/kyverno/${repository}`],
  tags: { versions: "1.5-60:40", prefix: "optional", variants: "[a-z0-9.-]+", grows: true },
  image: () =>
    onDistroless({
      sizeBytes: sizeMb * MB,
      user: "65534",
      ports: [],
      entrypoint: [`/ko-app/${file}`],
      cmd: [],
      env: {},
      files: { [`/ko-app/${file}`]: executable(program, { sizeBytes: sizeMb * 2 * MB }) },
    }),
}));
