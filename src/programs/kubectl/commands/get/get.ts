/**
 * `kubectl get`
 * Source: k8s.io/kubectl pkg/cmd/get/get.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { serverError } from "../../core/client.ts";
import { ALL_NAMESPACES, type Call, type Command, FIELD_SELECTOR, FILES, PRINT, SELECTOR } from "../../core/command.ts";
import { shownName } from "../../core/discovery.ts";
import { nameOf } from "../../core/objects.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { type Target, targetsOf } from "../../core/targets.ts";
import { type ObjectPrinter, objectPrinter } from "../../printers/print.ts";
import { type Found, fetchObjects, report } from "./fetch.ts";
import { sortedBy, sortKeyOf } from "./sorting.ts";
import { printTables } from "./tables.ts";
import { resumedWatch, watch } from "./watch.ts";

export const get: Command = {
  words: ["get"],
  flags: [
    ...FILES,
    ...PRINT,
    SELECTOR,
    ALL_NAMESPACES,
    FIELD_SELECTOR,
    { name: "watch", short: "w", type: "bool" },
    { name: "watch-only", type: "bool" },
    { name: "output-watch-events", type: "bool" },
    { name: "no-headers", type: "bool" },
    { name: "show-labels", type: "bool" },
    { name: "show-kind", type: "bool" },
    { name: "label-columns", short: "L", type: "list" },
    { name: "sort-by", type: "string" },
    { name: "ignore-not-found", type: "bool" },
    { name: "chunk-size", type: "int", default: "500" },
    { name: "raw", type: "string" },
    { name: "server-print", type: "bool", default: "true" },
    { name: "subresource", type: "string" },
  ],
  *run(call) {
    const { flags, session, args } = call;
    const isWatch = flags.is("watch") || flags.is("watch-only");
    if (flags.text("raw") !== "" && args.length > 0) {
      throw new Failure("error: arguments may not be passed when --raw is specified");
    }
    const isEmpty = args.length === 0 && flags.list("filename").length === 0 && !flags.has("kustomize");
    if (isEmpty && flags.text("raw") === "" && !isWatch) {
      throw new Failure(
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples',
      );
    }
    validate(call, isWatch);
    if (flags.text("raw") !== "") return yield* getRaw(call);
    const print = objectPrinter(flags, session);
    const resumed = resumedWatch(call, print);
    if (resumed) return yield* resumed;
    const targets = yield* targetsOf(call);
    if (isWatch) return yield* watch(call, targets, print);
    if (print) return yield* printObjects(call, targets, print);
    if (flags.text("output") === "name") return yield* printNames(call, targets);
    return yield* printTables(call, targets);
  },
};

function validate({ flags }: Call, isWatch: boolean): void {
  const output = flags.text("output");
  const raw = flags.text("raw");
  if (raw !== "") {
    if (isWatch || flags.text("selector") !== "") {
      throw new Failure(
        "error: --raw may not be specified with other flags that filter the server request or alter the output",
      );
    }
    if (output !== "") throw new Failure("error: --raw and --output are mutually exclusive");
    if (!/^(\/|[A-Za-z][\w+.-]*:)/.test(raw)) {
      const shown = JSON.stringify(raw);
      throw new Failure(`error: --raw must be a valid URL path: parse ${shown}: invalid URI for request`);
    }
  }
  if (flags.is("show-labels") && output !== "" && output !== "wide") {
    throw new Failure(`error: --show-labels option cannot be used with ${output} printer`);
  }
  if (flags.is("output-watch-events") && !isWatch) {
    throw new Failure("error: --output-watch-events option can only be used with --watch or --watch-only");
  }
}

function* getRaw({ flags, client, session }: Call): Steps<number> {
  const reply = yield* client.fetch(flags.text("raw"), { accept: "application/json, */*" });
  if (reply.status >= 400) throw serverError(reply);
  session.print(reply.text);
  return 0;
}

function sortedObjects({ flags }: Call, found: readonly Found[]): readonly Found[] {
  const text = flags.text("sort-by");
  return text === "" || found.length === 0 ? found : sortedBy(found, ({ object }) => object, sortKeyOf(text));
}

function* printNames(call: Call, targets: readonly Target[]): Steps<number> {
  const { found, failed } = yield* fetchObjects(call, targets);
  for (const { resource, object } of sortedObjects(call, found)) {
    call.session.print(`${shownName(resource, nameOf(object))}\n`);
  }
  return report(call, failed);
}

function* printObjects(call: Call, targets: readonly Target[], print: ObjectPrinter): Steps<number> {
  const { session, flags } = call;
  const { found, failed } = yield* fetchObjects(call, targets);
  const isSingle = targets.length === 1 && targets[0]!.name !== undefined;
  if (isSingle) {
    if (found[0]) session.print(print(found[0].object));
    return report(call, failed);
  }
  const isHidden = found.length === 0 && flags.is("ignore-not-found");
  if (!isHidden) session.print(print(listOf(sortedObjects(call, found).map(({ object }) => object))));
  return report(call, failed);
}

function listOf(items: JsonObject[]): JsonObject {
  return { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
}
