/**
 * `/logs`: the files below /var/log of the node, as far as containers make them; `/containerLogs`: a container's output.
 *
 * Kubernetes: pkg/kubelet/kubelet.go (`ServeLogs`), k8s.io/kubernetes/pkg/kubelet/kuberuntime/legacy.go
 */
import type { ContainerAccess } from "../../../cluster/container-access.ts";
import { ApiError } from "../../../lib/api-error.ts";
import type { ContainerStatus, Node, Pod } from "../../../schema/index.ts";
import type { VerbContext } from "../../context.ts";
import type { ApiOutcome } from "../../request.ts";
import { plainTextOutcome } from "../../respond.ts";
import { kubelets } from "../kubelets.ts";
import { htmlPage, type KubeletPage, podsOf } from "./page.ts";

/** A folder's entries by name. A file is read when it is asked for. */
interface Folder {
  [name: string]: Folder | (() => string);
}

export const logFiles: KubeletPage = (context, node, rest) => {
  let found: Folder | (() => string) | undefined = varLog(context, node);
  for (const part of rest) {
    found = typeof found === "object" && Object.hasOwn(found, part) ? found[part] : undefined;
  }
  if (found === undefined) return plainTextOutcome(404, "404 page not found\n");
  return typeof found === "function" ? bytes(found()) : htmlPage(listing(found));
};

export const containerLogs: KubeletPage = (context, node, [namespace = "", name = "", container = ""]) => {
  const pod = podsOf(context.tx, node).find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (!pod) return plainTextOutcome(404, `pod ${JSON.stringify(name)} not found\n`);
  const options = { previous: context.request.query.get("previous") === "true", timestamps: false };
  return bytes(kubelets(context).readLog(context.tx, { pod, container }, options).text);
};

function varLog(context: VerbContext, node: Node): Folder {
  const access = kubelets(context);
  const pods: Folder = {};
  const containers: Folder = {};
  for (const pod of podsOf(context.tx, node)) {
    const { namespace = "", name = "", uid = "" } = pod.metadata;
    const folder: Folder = {};
    const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status;
    for (const status of [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses]) {
      const id = status.containerID?.split("//")[1];
      if (id === undefined) continue;
      const file = () => logFile(context, access, pod, status);
      folder[status.name] = { [`${status.restartCount}.log`]: file };
      containers[`${name}_${namespace}_${status.name}-${id}.log`] = file;
    }
    if (Object.keys(folder).length > 0) pods[`${namespace}_${name}_${uid}`] = folder;
  }
  return { containers, pods };
}

const STREAMS = ["Stdout", "Stderr"] as const;

/** The file that the container runtime writes: time, stream, `F` for a full line, and the line. */
function logFile(context: VerbContext, access: ContainerAccess, pod: Pod, { name }: ContainerStatus): string {
  const { offsetMs } = context.request;
  const lines = STREAMS.flatMap((stream) => {
    const options = { previous: false, timestamps: true, stream, ...(offsetMs !== 0 && { offsetMs }) };
    const { text } = readOrNothing(() => access.readLog(context.tx, { pod, container: name }, options));
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replace(" ", ` ${stream.toLowerCase()} F `));
  });
  // Stable, so that lines of one stream and instant keep their order.
  return lines
    .toSorted((a, b) => compare(timeOf(a), timeOf(b)))
    .map((line) => `${line}\n`)
    .join("");
}

/** A container that has not started has an empty log. */
function readOrNothing(read: () => { text: string }): { text: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError) return { text: "" };
    throw error;
  }
}

function timeOf(line: string): string {
  return line.slice(0, line.indexOf(" "));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As Go's file server lists a folder. */
function listing(folder: Folder): string {
  const names = Object.entries(folder).map(([name, entry]) => (typeof entry === "object" ? `${name}/` : name));
  const lines = names.sort().map((name) => `<a href="${encodeURI(name)}">${name}</a>\n`);
  return `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join("")}</pre>\n`;
}

function bytes(body: string): ApiOutcome {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-cache, private" };
  return { type: "response", response: { status: 200, headers, body, isBytes: true } };
}
