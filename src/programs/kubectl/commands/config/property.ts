/**
 * `kubectl config set` and `unset`
 * Source: k8s.io/kubectl pkg/cmd/config/set.go, unset.go, navigation_step_parser.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { objectIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";
import {
  configCommand,
  entryNamed,
  LISTS,
  type ListName,
  unexpectedArguments,
  withEntry,
  writeConfig,
} from "./access.ts";

type FieldType = "text" | "bytes" | "flag" | "object";

/** The fields of each list's entries, as far as a property can name them. */
const FIELDS: Readonly<Record<ListName, Readonly<Record<string, FieldType>>>> = {
  clusters: {
    server: "text",
    "tls-server-name": "text",
    "insecure-skip-tls-verify": "flag",
    "certificate-authority": "text",
    "certificate-authority-data": "bytes",
    "proxy-url": "text",
    "disable-compression": "flag",
    extensions: "object",
  },
  contexts: { cluster: "text", user: "text", namespace: "text", extensions: "object" },
  users: {
    "client-certificate": "text",
    "client-certificate-data": "bytes",
    "client-key": "text",
    "client-key-data": "bytes",
    token: "text",
    tokenFile: "text",
    as: "text",
    "as-uid": "text",
    "as-groups": "object",
    "as-user-extra": "object",
    username: "text",
    password: "text",
    "auth-provider": "object",
    exec: "object",
    extensions: "object",
  },
};

/** The part of a configuration that a property names. */
interface Place {
  list: ListName;
  name: string;
  field?: string;
}

/** Names may have dots: a name ends in front of a known field. Throws Failure. */
function placeOf(property: string): Place | "current-context" {
  if (property === "current-context") return property;
  const [first = "", ...rest] = property.split(".");
  const list = (Object.keys(LISTS) as ListName[]).find((one) => one === first);
  if (!list) throw new Failure(`error: unable to parse ${property} after [] at api.Config`);
  const at = rest.findIndex((part, i) => i > 0 && Object.hasOwn(FIELDS[list], part));
  const name = rest.slice(0, at < 0 ? undefined : at).join(".");
  if (at >= 0 && at < rest.length - 1) {
    throw new Failure(`error: unable to parse one or more field values of ${property}`);
  }
  return { list, name, ...(at >= 0 && { field: rest[at]! }) };
}

const set = configCommand("set", [{ name: "set-raw-bytes", type: "bool" }], (call, config) => {
  const { session, flags, args } = call;
  if (args.length !== 2) throw unexpectedArguments(call);
  const [property = "", value = ""] = args;
  if (value === "") throw new Failure("error: you cannot use set to unset a property");
  if (property === "") throw new Failure("error: you must specify a property");
  const place = placeOf(property);
  if (place === "current-context") writeConfig(call, config, { ...config, "current-context": value });
  else {
    const { list, name, field } = place;
    if (field === undefined) throw new Failure("error: can't set a map to a value: map[]");
    const typed = typedValue(FIELDS[list][field]!, value, flags.is("set-raw-bytes"));
    writeConfig(call, config, withEntry(config, list, name, { ...entryNamed(config, list, name), [field]: typed }));
  }
  session.print(`Property ${JSON.stringify(property)} set.\n`);
});

function typedValue(type: FieldType, value: string, isRaw: boolean): string | boolean {
  switch (type) {
    case "text":
      return value;
    case "flag":
      if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
      if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
      throw new Failure(`error: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
    case "bytes": {
      if (isRaw) return btoa(value);
      const invalid = /[^A-Za-z0-9+/=]/.exec(value);
      const at = invalid?.index ?? (value.length % 4 === 0 ? undefined : value.length - (value.length % 4));
      if (at === undefined) return value;
      throw new Failure(`error: error decoding input value: illegal base64 data at input byte ${at}`);
    }
    case "object":
      throw new Failure("error: can't set a map to a value: map[]");
  }
}

const unset = configCommand("unset", [], (call, config) => {
  const { session, args } = call;
  if (args.length !== 1) throw unexpectedArguments(call);
  const [property = ""] = args;
  if (property === "") throw new Failure("error: you must specify a property");
  const after = Object.hasOwn(LISTS, property) ? { ...config, [property]: [] } : unsetIn(config, placeOf(property));
  writeConfig(call, config, after);
  session.print(`Property ${JSON.stringify(property)} unset.\n`);
});

function unsetIn(config: JsonObject, place: Place | "current-context"): JsonObject {
  if (place === "current-context") return { ...config, "current-context": "" };
  const { list, name, field } = place;
  if (field === undefined) return withEntry(config, list, name, undefined);
  const known = entryNamed(config, list, name);
  if (!known) throw new Failure(`error: current map key \`${name}\` is invalid`);
  const { [field]: _gone, ...content } = objectIn(known);
  return withEntry(config, list, name, content);
}

export const propertyCommands = [set, unset];
