/**
 * `-o`: how objects are printed.
 * Source: k8s.io/cli-runtime pkg/genericclioptions/print_flags.go, template_flags.go, jsonpath_flags.go
 */

import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { resolvePath } from "../../base/paths.ts";
import type { Flags } from "../core/flags.ts";
import { Failure, type Session } from "../core/session.ts";
import { customColumnsFile, customColumnsPrinter } from "./custom-columns.ts";
import { goTemplatePrinter } from "./go-template.ts";
import { jsonPathPrinter, jsonPathValues } from "./jsonpath.ts";
import { kyamlText } from "./kyaml.ts";
import { jsonText, yamlText } from "./yaml.ts";

/** The text for one object, or for a List. Throws Failure. */
export type ObjectPrinter = (object: JsonObject) => string;

interface PrinterFormat {
  names: readonly string[];
  /** The argument is the name of a file with the template. */
  isFile?: true;
  /** The object is printed whole, unless `--show-managed-fields` is missing. */
  hidesManagedFields?: true;
  /** Gets the text behind `=`, or of `--template`. */
  make(argument: string, flags: Flags): ObjectPrinter;
}

const FORMATS: readonly PrinterFormat[] = [
  { names: ["json"], hidesManagedFields: true, make: () => jsonText },
  { names: ["yaml"], hidesManagedFields: true, make: () => yamlText },
  { names: ["kyaml"], hidesManagedFields: true, make: () => kyamlText },
  { names: ["jsonpath"], make: (template, flags) => jsonPathPrinter(given(template), strictness(flags)) },
  { names: ["jsonpath-file"], isFile: true, make: (template, flags) => jsonPathPrinter(template, strictness(flags)) },
  {
    names: ["jsonpath-as-json"],
    make(template) {
      const valuesOf = jsonPathValues(given(template));
      return (object) => jsonText(valuesOf(object));
    },
  },
  {
    names: ["go-template", "template"],
    make: (template, flags) => goTemplatePrinter(given(template), strictness(flags)),
  },
  {
    names: ["go-template-file", "templatefile"],
    isFile: true,
    make: (template, flags) => goTemplatePrinter(template, strictness(flags)),
  },
  {
    names: ["custom-columns"],
    make: (spec, flags) => customColumnsPrinter(spec, { hasHeaders: !flags.is("no-headers") }),
  },
  { names: ["custom-columns-file"], isFile: true, make: (text) => customColumnsFile(text) },
];

const ALL_NAMES =
  "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/** The printer of `-o` or `--template`; undefined for tables (no `-o`, or `wide`) and for names. Throws Failure. */
export function objectPrinter(flags: Flags, session: Session, allowed = ALL_NAMES): ObjectPrinter | undefined {
  const output = flags.text("output") || (flags.text("template") === "" ? "" : "go-template");
  if (output === "" || output === "wide" || output === "name") return undefined;
  const [name = "", argument = ""] = output.split(/=(.*)/s);
  const format = FORMATS.find(
    (one) => one.names.includes(name) || (one.hidesManagedFields && one.names.includes(name.toLowerCase())),
  );
  if (!format) {
    throw new Failure(
      `error: unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed}`,
    );
  }
  const given = argument || flags.text("template");
  const made = format.make(format.isFile ? readTemplate(session, name, given) : given, flags);
  const print = separated(name, flags, made);
  if (!format.hidesManagedFields || flags.is("show-managed-fields")) return print;
  return (object) => print(withoutManagedFields(object));
}

function given(template: string): string {
  if (template === "") throw new Failure("error: template format specified but no template given");
  return template;
}

function strictness(flags: Flags): { failsOnMissing: boolean } {
  return { failsOnMissing: !flags.is("allow-missing-template-keys") };
}

function readTemplate({ process }: Session, format: string, path: string): string {
  const isColumns = format === "custom-columns-file";
  if (path === "") {
    if (isColumns) throw new Failure("error: custom-columns format specified but no custom columns given");
    given(path);
  }
  try {
    return textOfBytes(process.files.read(resolvePath(process.cwd, bytesOfText(path))));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const head = isColumns ? `error reading template ${path}` : `error reading --template ${path}`;
    throw new Failure(`error: ${head}, open ${path}: ${error.message.toLowerCase()}`);
  }
}

/** The objects that a call printed as YAML. */
const printed = new WeakMap<Flags, number>();

/** Documents of YAML are separated. */
function separated(format: string, flags: Flags, print: ObjectPrinter): ObjectPrinter {
  if (format !== "yaml") return print;
  return (object) => {
    const count = printed.get(flags) ?? 0;
    printed.set(flags, count + 1);
    return `${count > 0 ? "---\n" : ""}${print(object)}`;
  };
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
