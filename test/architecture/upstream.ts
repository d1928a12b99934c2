/** Finds files that follow Kubernetes without naming the source that they follow: the next version must be compared with it. */
import ts from "typescript";
import type { SourceFile } from "./source.ts";

/** Folders whose files follow a component of Kubernetes. */
const FOLLOWING = new Set(["controllers", "scheduler", "kubelet"]);

/** Files without a counterpart in Kubernetes, and files that only register others. */
const WITHOUT_SOURCE = new Set(["src/controllers/registry.ts", "src/controllers/lib/namespaces.ts"]);

/** It stands for the container runtime and the nodes' machines. Its files name a source where they follow one. */
const RUNTIME = "src/kubelet/runtime/";

/** `Kubernetes: pkg/controller/job/job_controller.go`, `KEP-3850` or a URL. */
const SOURCE = /Kubernetes: (pkg|staging|plugin|cmd)\/[\w./-]+\.go\b|\bKEP-\d+\b|https:\/\/\S+/;

export function upstreamFindings(file: SourceFile): string[] {
  if (!FOLLOWING.has(file.folder)) return [];
  const hasSource = SOURCE.test(firstComment(file));
  if (WITHOUT_SOURCE.has(file.path)) {
    return hasSource ? [`${file.path} names its source: remove it from WITHOUT_SOURCE.`] : [];
  }
  if (hasSource || file.path.startsWith(RUNTIME)) return [];
  const example = "` * Kubernetes: pkg/controller/deployment/rolling.go`";
  return [`${file.path}: name the file, KEP or page that it follows in its first comment: ${example}.`];
}

/** Exceptions whose file does not exist any more. */
export function staleExceptions(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  return [...WITHOUT_SOURCE].filter((path) => !paths.has(path));
}

/** The comment at the start of the file; empty if the file begins with code. */
function firstComment({ tree }: SourceFile): string {
  const text = tree.getFullText();
  const [range] = ts.getLeadingCommentRanges(text, 0) ?? [];
  return range ? text.slice(range.pos, range.end) : "";
}
