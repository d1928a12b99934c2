/** TensorFlow Serving. */
import { tensorflowServing } from "../../programs/servers/tensorflow/serving.ts";
import { MB } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { ANY_VERSION, simpleImage } from "../simple.ts";
import { directory } from "../tree.ts";

const serving: ImageFamily = simpleImage({
  repositories: ["docker.io/tensorflow/serving"],
  tags: { ...ANY_VERSION, variants: "gpu|devel|devel-gpu" },
  base: "debian",
  path: "/usr/bin/tf_serving_entrypoint.sh",
  program: "tensorflow-serving",
  implementation: tensorflowServing,
  ports: [8500, 8501],
  sizeBytes: 140 * MB,
  env: () => ({ MODEL_BASE_PATH: "/models", MODEL_NAME: "model" }),
  files: { "/models": directory() },
});

export const TENSORFLOW: readonly ImageFamily[] = [serving];
