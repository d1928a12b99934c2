/**
 * Kubernetes' format library: `format.dns1123Label().validate(text)` is an empty optional, or a list of problems.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/format.go
 */
import { type Environment, Optional } from "@marcbachmann/cel-js";
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from "../../lib/names.ts";
import { hasFormat } from "../../lib/text-formats.ts";
import { charge } from "../metering.ts";

class CelFormat {
  readonly name: string;
  readonly problems: Check;

  constructor(name: string, problems: Check) {
    this.name = name;
    this.problems = problems;
  }
}

class FormatNamespace {}

type Check = (text: string) => string[];

/** A prefix may end in a dash, because a suffix follows. */
function prefix(check: Check): Check {
  return (text) => check(text.length > 1 && text.endsWith("-") ? `${text.slice(0, -1)}a` : text);
}

function textFormat(name: string, problem: string): Check {
  return (text) => (hasFormat(text, name) ? [] : [problem]);
}

const FORMATS: Readonly<Record<string, Check>> = {
  dns1123Label: dnsLabelProblems,
  dns1123Subdomain: dnsSubdomainProblems,
  dns1035Label: dns1035LabelProblems,
  qualifiedName: qualifiedNameProblems,
  dns1123LabelPrefix: prefix(dnsLabelProblems),
  dns1123SubdomainPrefix: prefix(dnsSubdomainProblems),
  dns1035LabelPrefix: prefix(dns1035LabelProblems),
  labelValue: labelValueProblems,
  uri: (text) => (hasFormat(text, "uri") ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`]),
  uuid: textFormat("uuid", "does not match the UUID format"),
  byte: textFormat("byte", "invalid base64"),
  date: textFormat("date", "invalid date"),
  datetime: textFormat("datetime", "invalid datetime"),
};

export function registerFormats(environment: Environment): void {
  environment
    .registerType("Format", CelFormat)
    .registerType("FormatNamespace", FormatNamespace)
    .registerConstant("format", "FormatNamespace", new FormatNamespace())
    .registerFunction("FormatNamespace.named(string): optional<Format>", (_: unknown, name: string) =>
      Object.hasOwn(FORMATS, name) ? Optional.of(new CelFormat(name, FORMATS[name]!)) : Optional.none(),
    )
    .registerOperator("Format == Format", (a: CelFormat, b: CelFormat) => a.name === b.name)
    .registerFunction("Format.validate(string): optional<list<string>>", ({ problems }: CelFormat, text: string) => {
      charge(text.length);
      const found = problems(text);
      return found.length === 0 ? Optional.none() : Optional.of(found);
    });
  for (const [name, check] of Object.entries(FORMATS)) {
    const format = new CelFormat(name, check);
    environment.registerFunction(`FormatNamespace.${name}(): Format`, () => format);
  }
}
