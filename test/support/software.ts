/** All programs of containers at once, for tests that run without the runtime, which loads them when they are needed. */
import { installContainerSoftware, installPrograms } from "../../src/control-plane/container-software.ts";
import { programs as javascript } from "../../src/control-plane/software/javascript.ts";
import { programs as keda } from "../../src/control-plane/software/keda.ts";
import { programs as kubectl } from "../../src/control-plane/software/kubectl.ts";
import { programs as kyverno } from "../../src/control-plane/software/kyverno.ts";
import { programs as minio } from "../../src/control-plane/software/minio.ts";
import { programs as prometheus } from "../../src/control-plane/software/prometheus.ts";
import { programs as python } from "../../src/control-plane/software/python.ts";
import { findProgram as findTool } from "../../src/programs/registry.ts";
import type { Program } from "../../src/shell/program.ts";

const parts: Readonly<Record<string, Program>> = {
  ...javascript,
  ...keda,
  ...kubectl,
  ...kyverno,
  ...minio,
  ...prometheus,
  ...python,
};

export function findProgram(name: string): Program | undefined {
  return findTool(name) ?? (Object.hasOwn(parts, name) ? parts[name] : undefined);
}

export function installAllSoftware(): void {
  installContainerSoftware();
  installPrograms(parts);
}
