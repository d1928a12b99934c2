/**
 * `-o go-template=…`
 * Source: k8s.io/cli-runtime pkg/printers/template.go
 */
import { goQuote } from "../../../lib/go-quote.ts";
import { isBigInteger, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { Failure } from "../core/session.ts";
import { ExecuteFailure, executeTemplate, goTemplate } from "../templates/execute.ts";
import { valueText } from "../templates/format.ts";
import { type Template, TemplateError, type Value } from "../templates/nodes.ts";
import { PartialFailure } from "./failure.ts";
import { compactJson } from "./yaml.ts";

/** Throws Failure for an invalid template. */
export function goTemplatePrinter(text: string, options: { failsOnMissing: boolean }): (object: JsonObject) => string {
  const template = parsed(text);
  return (object) => {
    const data = templateValue(object);
    try {
      return executeTemplate(template, data, options);
    } catch (error) {
      if (!(error instanceof ExecuteFailure)) throw error;
      const debugging = [
        `Error executing template: ${error.message}. Printing more information for debugging the template:`,
        `\ttemplate was:\n\t\t${text}`,
        `\traw data was:\n\t\t${compactJson(object)}`,
        `\tobject given to template engine was:\n\t\t${valueText(data)}\n\n`,
      ];
      const message = `error: error executing template ${goQuote(text)}: ${error.message}`;
      throw new PartialFailure(`${error.partial}${debugging.join("\n")}`, message);
    }
  };
}

function parsed(text: string): Template {
  try {
    return goTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Failure(`error: error parsing template ${text}, ${error.message}`);
  }
}

/** JSON as Go decodes it: whole numbers are integers. */
export function templateValue(value: JsonValue): Value {
  if (Array.isArray(value)) return value.map(templateValue);
  if (isBigInteger(value)) return BigInt(String(value));
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, one === undefined ? undefined : templateValue(one)]),
  );
}
