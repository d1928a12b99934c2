/**
 * The formats of names, label keys and label values, with the API's messages. Each check returns a list of problems,
 * empty for a valid value.
 */
import { utf8Length } from "./text.ts";

const LABEL_FORMAT = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN_FORMAT = `${LABEL_FORMAT}(\\.${LABEL_FORMAT})*`;
const UNDERSCORE_LABEL_FORMAT = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const UNDERSCORE_SUBDOMAIN_FORMAT = `${UNDERSCORE_LABEL_FORMAT}(\\.${UNDERSCORE_LABEL_FORMAT})*`;
const DNS_1035_FORMAT = "[a-z]([-a-z0-9]*[a-z0-9])?";
const LABEL_KEY_FORMAT = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE_FORMAT = `(${LABEL_KEY_FORMAT})?`;
const CONFIG_KEY_FORMAT = "[-._a-zA-Z0-9]+";
const WILDCARD_SUBDOMAIN_FORMAT = `\\*\\.${SUBDOMAIN_FORMAT}`;
const HEADER_FORMAT = "[-A-Za-z0-9]+";
const PERCENT_FORMAT = "[0-9]+%";

const labelPattern = new RegExp(`^${LABEL_FORMAT}$`);
const subdomainPattern = new RegExp(`^${SUBDOMAIN_FORMAT}$`);
const underscoreSubdomainPattern = new RegExp(`^${UNDERSCORE_SUBDOMAIN_FORMAT}$`);
const dns1035Pattern = new RegExp(`^${DNS_1035_FORMAT}$`);
const labelKeyPattern = new RegExp(`^${LABEL_KEY_FORMAT}$`);
const labelValuePattern = new RegExp(`^${LABEL_VALUE_FORMAT}$`);
const configKeyPattern = new RegExp(`^${CONFIG_KEY_FORMAT}$`);
const wildcardPattern = new RegExp(`^${WILDCARD_SUBDOMAIN_FORMAT}$`);
const headerPattern = new RegExp(`^${HEADER_FORMAT}$`);
const percentPattern = new RegExp(`^${PERCENT_FORMAT}$`);

const LABEL_KEY_PROBLEM = patternProblem(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  LABEL_KEY_FORMAT,
  "MyName",
  "my.name",
  "123-abc",
);

const LONGEST_LABEL = 63;
const LONGEST_SUBDOMAIN = 253;
const LONGEST_PORT_NAME = 15;

/** A lowercase RFC 1123 label: namespaces, containers, volumes. */
export function dnsLabelProblems(value: string): string[] {
  const problems = tooLong(value, LONGEST_LABEL);
  if (!labelPattern.test(value)) {
    problems.push(
      subdomainPattern.test(value)
        ? "must not contain dots"
        : patternProblem(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
            LABEL_FORMAT,
            "my-name",
            "123-abc",
          ),
    );
  }
  return problems;
}

/** A lowercase RFC 1123 subdomain: the names of most objects. */
export function dnsSubdomainProblems(value: string): string[] {
  const problems = tooLong(value, LONGEST_SUBDOMAIN);
  if (!subdomainPattern.test(value)) {
    problems.push(
      patternProblem(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        SUBDOMAIN_FORMAT,
        "example.com",
      ),
    );
  }
  return problems;
}

/** Search domains, which may have underscores. */
export function underscoreSubdomainProblems(value: string): string[] {
  const problems = tooLong(value, LONGEST_SUBDOMAIN);
  if (!underscoreSubdomainPattern.test(value)) {
    problems.push(
      patternProblem(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        UNDERSCORE_SUBDOMAIN_FORMAT,
        "example.com",
      ),
    );
  }
  return problems;
}

/** An RFC 1035 label: services. */
export function dns1035LabelProblems(value: string): string[] {
  const problems = tooLong(value, LONGEST_LABEL);
  if (!dns1035Pattern.test(value)) {
    problems.push(
      patternProblem(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        DNS_1035_FORMAT,
        "my-name",
        "abc-123",
      ),
    );
  }
  return problems;
}

/** `*.example.com`: hosts of Ingress rules. */
export function wildcardSubdomainProblems(value: string): string[] {
  const problems = tooLong(value, LONGEST_SUBDOMAIN);
  if (!wildcardPattern.test(value)) {
    problems.push(
      patternProblem(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        WILDCARD_SUBDOMAIN_FORMAT,
        "*.example.com",
      ),
    );
  }
  return problems;
}

/** A name that can be a URL path segment: roles and bindings, which allow colons. */
export function pathSegmentProblems(value: string): string[] {
  if (value === "." || value === "..") return [`may not be '${value}'`];
  return ["/", "%"].filter((text) => value.includes(text)).map((text) => `may not contain '${text}'`);
}

/** A qualified name with an optional DNS prefix: label and annotation keys, finalizers, resources. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split("/");
  if (parts.length > 2) {
    return [
      `a valid label key ${LABEL_KEY_PROBLEM} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  const name = parts[parts.length - 1] ?? "";
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    if (prefix === "") problems.push("prefix part must be non-empty");
    else problems.push(...dnsSubdomainProblems(prefix).map((problem) => `prefix part ${problem}`));
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (utf8Length(name) > LONGEST_LABEL) problems.push(`name part must be no more than ${LONGEST_LABEL} bytes`);
  if (!labelKeyPattern.test(name)) problems.push(`name part ${LABEL_KEY_PROBLEM}`);
  return problems;
}

export function labelValueProblems(value: string): string[] {
  const problems = utf8Length(value) > LONGEST_LABEL ? [`must be no more than ${LONGEST_LABEL} bytes`] : [];
  if (!labelValuePattern.test(value)) {
    problems.push(
      patternProblem(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        LABEL_VALUE_FORMAT,
        "MyValue",
        "my_value",
        "12345",
      ),
    );
  }
  return problems;
}

/** A key of a ConfigMap's or Secret's data. */
export function configKeyProblems(value: string): string[] {
  const problems = tooLong(value, LONGEST_SUBDOMAIN);
  if (!configKeyPattern.test(value)) {
    problems.push(
      patternProblem(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        CONFIG_KEY_FORMAT,
        "key.name",
        "KEY_NAME",
        "key-name",
      ),
    );
  }
  if (value === "." || value === "..") problems.push(`must not be '${value}'`);
  else if (value.startsWith("..")) problems.push("must not start with '..'");
  return problems;
}

/** Names of environment variables: printable ASCII without `=`. */
export function environmentNameProblems(value: string): string[] {
  if (value === "") return ["environment variable name must be non-empty"];
  return /^[\x20-\x3c\x3e-\x7e]+$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** Names of ports: IANA service names. */
export function portNameProblems(value: string): string[] {
  const problems = tooLong(value, LONGEST_PORT_NAME);
  if (!/^[-a-z0-9]+$/.test(value)) {
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(value)) problems.push("must contain at least one letter (a-z)");
  if (value.includes("--")) problems.push("must not contain consecutive hyphens");
  if (value.startsWith("-") || value.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

export function portNumberProblems(value: number): string[] {
  return value >= 1 && value <= 65535 ? [] : ["must be between 1 and 65535, inclusive"];
}

export function headerNameProblems(value: string): string[] {
  return headerPattern.test(value)
    ? []
    : [
        patternProblem(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          HEADER_FORMAT,
          "X-Header-Name",
        ),
      ];
}

export function percentProblems(value: string): string[] {
  return percentPattern.test(value)
    ? []
    : [
        patternProblem(
          "a valid percent string must be a numeric string followed by an ending '%'",
          PERCENT_FORMAT,
          "1%",
          "93%",
        ),
      ];
}

/** An IPv4 or IPv6 address in any form that Go's parser accepts. */
export function isIpAddress(value: string): boolean {
  return isIPv4(value) || isIPv6(value);
}

export function isIPv4(value: string): boolean {
  const parts = value.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}

export function isIPv6(value: string): boolean {
  const [head = "", tail, ...more] = value.split("::");
  if (!value.includes(":") || more.length > 0) return false;
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const all = [...groups(head), ...groups(tail ?? "")];
  const last = all[all.length - 1];
  const width = all.length + (last?.includes(".") ? 1 : 0);
  const valid = all.every((group, i) => /^[0-9a-fA-F]{1,4}$/.test(group) || (i === all.length - 1 && isIPv4(group)));
  return valid && (tail === undefined ? width === 8 : width < 8);
}

function tooLong(value: string, longest: number): string[] {
  return utf8Length(value) > longest ? [`must be no more than ${longest} characters`] : [];
}

/** Appends examples in Kubernetes' own punctuation. */
function patternProblem(problem: string, pattern: string, ...examples: string[]): string {
  const list = examples.map((example) => `'${example}', `).join(" or ");
  return `${problem} (e.g. ${list}regex used for validation is '${pattern}')`;
}
