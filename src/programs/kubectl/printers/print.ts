/**
 * `-o`: how objects are printed.
 * Source: k8s.io/cli-runtime pkg/genericclioptions/print_flags.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { Flags } from "../core/flags.ts";
import { Failure } from "../core/session.ts";
import { customColumnsPrinter } from "./custom-columns.ts";
import { jsonPathPrinter, jsonPathValues } from "./jsonpath.ts";
import { jsonText, yamlText } from "./yaml.ts";

/** The text for one object, or for a List. */
export type ObjectPrinter = (object: JsonObject) => string;

/** Printers by the name in front of `=`. Each one gets the flags and the text behind it. */
export interface PrinterFormat {
  names: readonly string[];
  make(argument: string, flags: Flags): ObjectPrinter;
}

const FORMATS: readonly PrinterFormat[] = [
  { names: ["json"], make: () => jsonText },
  { names: ["yaml"], make: () => yamlText },
  { names: ["jsonpath"], make: (template) => jsonPathPrinter(template) },
  {
    names: ["jsonpath-as-json"],
    make(template) {
      const valuesOf = jsonPathValues(template);
      return (object) => jsonText(valuesOf(object));
    },
  },
  {
    names: ["custom-columns"],
    make: (spec, flags) => customColumnsPrinter(spec, { hasHeaders: !flags.is("no-headers") }),
  },
];

const ALL_NAMES =
  "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/** The printer of `-o`; undefined for tables (no `-o`, or `wide`) and for names. Throws Failure. */
export function objectPrinter(flags: Flags, allowed = ALL_NAMES): ObjectPrinter | undefined {
  const output = flags.text("output");
  if (output === "" || output === "wide" || output === "name") return undefined;
  const [name = "", argument = ""] = output.split(/=(.*)/s);
  const format = FORMATS.find(({ names }) => names.includes(name));
  if (!format) {
    throw new Failure(
      `error: unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed}`,
    );
  }
  const print = format.make(argument, flags);
  return flags.is("show-managed-fields") ? print : (object) => print(withoutManagedFields(object));
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const { metadata, items } = object;
  const plain = { ...object };
  if (isJsonObject(metadata) && "managedFields" in metadata) {
    const { managedFields: _, ...kept } = metadata;
    plain["metadata"] = kept;
  }
  if (Array.isArray(items)) {
    plain["items"] = items.map((item) => (isJsonObject(item) ? withoutManagedFields(item) : item));
  }
  return plain;
}
