/**
 * Programs that are large and that few containers run. Each part is a module of its own, which an isolate loads when a
 * container first runs one of its programs.
 */
export type ProgramPart = "javascript" | "keda" | "kubectl" | "kyverno" | "minio" | "prometheus" | "python";

const PARTS: Readonly<Record<string, ProgramPart>> = {
  alertmanager: "prometheus",
  "keda-metrics-server": "keda",
  "keda-operator": "keda",
  kubectl: "kubectl",
  "kyverno-admission": "kyverno",
  "kyverno-background": "kyverno",
  "kyverno-readiness-checker": "kyverno",
  "kyverno-reports": "kyverno",
  mc: "minio",
  minio: "minio",
  mongosh: "javascript",
  node: "javascript",
  npm: "javascript",
  prometheus: "prometheus",
  "prometheus-config-reloader": "prometheus",
  "prometheus-operator": "prometheus",
  promtool: "prometheus",
  python3: "python",
};

/** The part that a program belongs to; undefined for programs that are loaded with the shell. */
export function partOf(name: string): ProgramPart | undefined {
  return Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
}

/** Names of the programs of all parts. */
export const PART_NAMES: readonly string[] = Object.keys(PARTS);
