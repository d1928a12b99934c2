/**
 * Templates of Vault's agent: Go templates that read secrets.
 * Source: github.com/hashicorp/consul-template template/funcs.go
 */
import { bytesOfBase64, bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { templateValue } from "../../kubectl/printers/go-template.ts";
import { executeTemplate, goTemplate } from "../../kubectl/templates/execute.ts";
import type { TemplateFunction } from "../../kubectl/templates/functions.ts";
import { TemplateError, type Value } from "../../kubectl/templates/nodes.ts";

type Rendered = { type: "text"; text: string } | { type: "needs"; path: string };

/** The text of a template, or the path of the next secret that it needs. Throws TemplateError. */
export function renderTemplate(
  text: string,
  { secrets, failsOnMissing }: { secrets: ReadonlyMap<string, JsonObject>; failsOnMissing: boolean },
): Rendered {
  let needed: string | undefined;
  const read = (path: Value): Value => {
    const answer = secrets.get(String(path));
    if (!answer) {
      needed ??= String(path);
      return undefined;
    }
    const { data = null, lease_id = "", lease_duration = 0, renewable = false, request_id = "" } = answer;
    const ids = { RequestID: request_id, LeaseID: lease_id, LeaseDuration: lease_duration, Renewable: renewable };
    return templateValue({ ...ids, Data: data });
  };
  const functions = [...FUNCTIONS, one("secret", read)];
  try {
    const rendered = executeTemplate(goTemplate(text, functions), undefined, { failsOnMissing, functions });
    return needed === undefined ? { type: "text", text: rendered } : { type: "needs", path: needed };
  } catch (error) {
    if (needed === undefined || !(error instanceof TemplateError)) throw error;
    return { type: "needs", path: needed };
  }
}

const one = (name: string, call: (value: Value) => Value): TemplateFunction => ({
  ...{ name, arguments: [1, 1] },
  call: ([value]) => call(value),
});

const FUNCTIONS: readonly TemplateFunction[] = [
  one("toJSON", (value) => JSON.stringify(value, plainNumber)),
  one("toJSONPretty", (value) => JSON.stringify(value, plainNumber, 2)),
  one("toLower", (value) => String(value).toLowerCase()),
  one("toUpper", (value) => String(value).toUpperCase()),
  one("trimSpace", (value) => String(value).trim()),
  one("base64Encode", (value) => btoa(bytesOfText(String(value)))),
  one("base64Decode", (value) => decoded(String(value))),
  { name: "join", arguments: [2, 2], call: ([by, list]) => (Array.isArray(list) ? list.join(String(by)) : "") },
  { name: "split", arguments: [2, 2], call: ([by, text]) => String(text).split(String(by)) },
  {
    ...{ name: "replaceAll", arguments: [3, 3] },
    call: ([from, to, text]) => String(text).replaceAll(String(from), String(to)),
  },
];

const plainNumber = (_name: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);

function decoded(text: string): string {
  try {
    return textOfBytes(bytesOfBase64(text));
  } catch {
    throw new TemplateError("base64Decode: illegal base64 data");
  }
}
