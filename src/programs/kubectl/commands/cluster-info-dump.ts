/**
 * `kubectl cluster-info dump`: objects and logs of namespaces, on the standard output or in files.
 * Source: k8s.io/kubectl pkg/cmd/clusterinfo/clusterinfo_dump.go
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { directoryName, resolvePath } from "../../base/paths.ts";
import { ALL_NAMESPACES, type Call, type Command, PRINT } from "../core/command.ts";
import { makeFolders } from "../core/folders.ts";
import { nameOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { objectPrinter } from "../printers/print.ts";

/** File, path of the API and type of what is dumped of a namespace. */
const DUMPED: readonly (readonly [string, string, string])[] = [
  ["events", "/api/v1", "events"],
  ["replication-controllers", "/api/v1", "replicationcontrollers"],
  ["services", "/api/v1", "services"],
  ["daemonsets", "/apis/apps/v1", "daemonsets"],
  ["deployments", "/apis/apps/v1", "deployments"],
  ["replicasets", "/apis/apps/v1", "replicasets"],
  ["pods", "/api/v1", "pods"],
];

export const clusterInfoDump: Command = {
  words: ["cluster-info", "dump"],
  flags: [
    ...PRINT,
    ALL_NAMESPACES,
    { name: "namespaces", type: "list" },
    { name: "output-directory", type: "string" },
    { name: "pod-running-timeout", type: "duration", default: "20s" },
  ],
  *run(call) {
    const { flags, session, client, target } = call;
    if (flags.duration("pod-running-timeout") <= 0) {
      throw new Failure("error: --pod-running-timeout must be higher than zero");
    }
    const output = flags.text("output");
    const print = (output === "json" ? undefined : objectPrinter(flags, session)) ?? ownOrder;
    const extension = output === "" || output === "json" ? ".json" : output === "yaml" ? ".yaml" : ".txt";
    writeTo(call, `nodes${extension}`, print(yield* client.json("/api/v1/nodes")));
    let namespaces: readonly string[] = flags.list("namespaces");
    if (flags.is("all-namespaces"))
      namespaces = objectsIn((yield* client.json("/api/v1/namespaces"))["items"]).map(nameOf);
    else if (namespaces.length === 0) namespaces = ["kube-system", target.namespace];
    for (const namespace of namespaces) {
      let pods: JsonObject[] = [];
      for (const [file, api, type] of DUMPED) {
        const list = yield* client.json(`${api}/namespaces/${namespace}/${type}`);
        writeTo(call, `${namespace}/${file}${extension}`, print(list));
        if (type === "pods") pods = objectsIn(list["items"]);
      }
      for (const pod of pods)
        writeTo(call, `${namespace}/${nameOf(pod)}/logs.txt`, yield* logsOf(call, namespace, pod));
    }
    const folder = flags.text("output-directory");
    if (folder !== "" && folder !== "-") session.print(`Cluster info dumped to ${folder}\n`);
    return 0;
  },
};

/** JSON with the fields in the server's order, which is that of kubectl's types. */
function ownOrder({ kind, apiVersion, metadata, items }: JsonObject): string {
  const plain = objectsIn(items).map(({ metadata: own, ...content }) => {
    const { managedFields: _, ...shown } = objectIn(own);
    return { metadata: shown, ...content };
  });
  return `${JSON.stringify({ kind, apiVersion, metadata, items: plain }, null, 4)}\n`;
}

function* logsOf({ client }: Call, namespace: string, pod: JsonObject): Steps<string> {
  const spec = objectIn(pod["spec"]);
  let text = "";
  for (const { name } of [...objectsIn(spec["initContainers"]), ...objectsIn(spec["containers"])]) {
    const of = `logs for container ${String(name)} of pod ${namespace}/${nameOf(pod)} ====\n`;
    const path = `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}/log`;
    const reply = yield* client.fetch(path, { accept: "*/*", query: { container: String(name) } });
    const refusal = String(objectIn(reply.json)["message"] ?? reply.text);
    text += `==== START ${of}${reply.status < 400 ? reply.text : `Request log error: ${refusal}\n`}==== END ${of}`;
  }
  return text;
}

/** Writes below `--output-directory`, or to the standard output without one. */
function writeTo({ flags, session }: Call, name: string, text: string): void {
  const folder = flags.text("output-directory");
  if (folder === "" || folder === "-") {
    session.print(text);
    return;
  }
  const { files, cwd } = session.process;
  const path = resolvePath(cwd, bytesOfText(`${folder}/${name}`));
  session.once(() => {
    makeFolders(session, directoryName(path));
    files.write(path, bytesOfText(text));
  });
}
