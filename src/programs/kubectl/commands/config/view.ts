/**
 * `kubectl config view`
 * Source: k8s.io/kubectl pkg/cmd/config/view.go, k8s.io/client-go tools/clientcmd/api/helpers.go
 */
import { FileError } from "../../../../files/errors.ts";
import { bytesOfText } from "../../../../lib/bytes.ts";
import type { JsonObject } from "../../../../lib/json.ts";
import { resolvePath } from "../../../base/paths.ts";
import { type Call, PRINT } from "../../core/command.ts";
import { entriesOf } from "../../core/config.ts";
import { objectIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";
import { usageError } from "../../core/usage.ts";
import { objectPrinter } from "../../printers/print.ts";
import { yamlText } from "../../printers/yaml.ts";
import { configCommand, entryNamed, LISTS, type ListName, ordered } from "./access.ts";
import { currentOf } from "./contexts.ts";

/** What stands in place of certificates and credentials. */
const HIDDEN: readonly (readonly [ListName, string, string])[] = [
  ["clusters", "certificate-authority-data", "DATA+OMITTED"],
  ["users", "client-certificate-data", "DATA+OMITTED"],
  ["users", "client-key-data", "DATA+OMITTED"],
  ["users", "token", "REDACTED"],
  ["users", "password", "REDACTED"],
];

/** Files of certificates and keys, which `--flatten` puts into the configuration. */
const FILES: readonly (readonly [ListName, string])[] = [
  ["clusters", "certificate-authority"],
  ["users", "client-certificate"],
  ["users", "client-key"],
];

export const view = configCommand(
  "view",
  [
    ...PRINT,
    { name: "raw", type: "bool" },
    { name: "minify", type: "bool" },
    { name: "flatten", type: "bool" },
    { name: "merge", type: "bool", default: "true" },
  ],
  (call, config) => {
    const { session, flags, args } = call;
    if (args.length > 0) throw usageError(call, `unexpected arguments: [${args.join(" ")}]`);
    const chosen = flags.is("minify") ? minified(config, flags.text("context")) : config;
    const whole = flags.is("flatten") ? flattened(call, chosen) : flags.is("raw") ? chosen : redacted(chosen);
    const print = objectPrinter(flags, session) ?? yamlText;
    // The fields keep the order of kubectl's own type.
    const isJson = flags.text("output") === "json";
    session.print(isJson ? `${JSON.stringify(ordered(whole), null, 4)}\n` : print(ordered(whole)));
  },
);

/** The configuration with other contents of its entries. */
function mapEntries(config: JsonObject, list: ListName, change: (content: JsonObject) => JsonObject): JsonObject {
  const field = LISTS[list];
  const entries = entriesOf(config, list).map((entry) => ({ ...entry, [field]: change(objectIn(entry[field])) }));
  return { ...config, [list]: entries as unknown as JsonObject[] };
}

function redacted(config: JsonObject): JsonObject {
  return HIDDEN.reduce(
    (result, [list, field, shown]) =>
      mapEntries(result, list, (content) => (content[field] ? { ...content, [field]: shown } : content)),
    config,
  );
}

/** Only the present context with its cluster and its user. Throws Failure. */
function minified(config: JsonObject, given: string): JsonObject {
  const name = given || currentOf(config);
  if (name === "") throw new Failure("error: current-context must exist in order to minify");
  const context = entryNamed(config, "contexts", name);
  if (!context) throw new Failure(`error: cannot locate context ${name}`);
  const only = (list: ListName, wanted: unknown) => entriesOf(config, list).filter((entry) => entry.name === wanted);
  return {
    ...config,
    "current-context": name,
    clusters: only("clusters", context["cluster"]) as unknown as JsonObject[],
    contexts: only("contexts", name) as unknown as JsonObject[],
    users: only("users", context["user"]) as unknown as JsonObject[],
  };
}

function flattened({ session }: Call, config: JsonObject): JsonObject {
  const { files, cwd } = session.process;
  const read = (path: string): string => {
    try {
      return btoa(files.read(resolvePath(cwd, bytesOfText(path))));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Failure(`error: open ${path}: no such file or directory`);
    }
  };
  return FILES.reduce(
    (result, [list, field]) =>
      mapEntries(result, list, ({ [field]: path, ...content }) =>
        typeof path === "string" && path !== "" ? { ...content, [`${field}-data`]: read(path) } : content,
      ),
    config,
  );
}
