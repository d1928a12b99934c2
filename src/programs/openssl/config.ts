/** Files in the form of openssl.cnf, and the one that openssl comes with. config(5ssl) */
import type { Call } from "../base/call.ts";
import { OpensslError, readInput } from "./arguments.ts";

/** Entries of each section in their order. Entries before the first section are in `default`. */
export type Config = Readonly<Record<string, readonly (readonly [string, string])[]>>;

export function parseConfig(text: string, env: Readonly<Record<string, string>>): Config {
  const sections: Record<string, [string, string][]> = { default: [] };
  let section = "default";
  for (const raw of text.replaceAll(/\\\r?\n/g, "").split(/\r?\n/)) {
    const line = withoutComment(raw).trim();
    if (line === "") continue;
    const head = /^\[\s*(.*?)\s*\]$/.exec(line)?.[1];
    if (head !== undefined) {
      section = head;
      sections[section] ??= [];
      continue;
    }
    const at = line.indexOf("=");
    if (at < 0) continue;
    const name = line.slice(0, at).trim();
    const value = expanded(line.slice(at + 1).trim(), (other, variable) => {
      if (other === "ENV") return env[variable] ?? "";
      return lookUp(sections, other ?? section, variable) ?? lookUp(sections, "default", variable) ?? "";
    });
    sections[section]!.push([name, value]);
  }
  return sections;
}

function withoutComment(line: string): string {
  const found = /^(?:[^#"'\\]|\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*/.exec(line);
  return found?.[0] ?? line;
}

/** Quotes, escapes and variables of a value: `$name`, `${section::name}`, `$ENV::NAME`. */
function expanded(value: string, variable: (section: string | undefined, name: string) => string): string {
  const pattern = /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'|\$\{(?:(\w+)::)?([\w.]+)\}|\$(?:(\w+)::)?(\w+)/g;
  return value.replaceAll(pattern, (_, escaped, double, single, inBraces, braced, before, plain) => {
    if (escaped !== undefined) return escaped === "n" ? "\n" : escaped;
    if (double !== undefined || single !== undefined) return double ?? single;
    return variable(inBraces ?? before, braced ?? plain);
  });
}

/** The last value of a name in a section. */
export function lookUp(config: Config, section: string, name: string): string | undefined {
  return config[section]?.findLast(([key]) => key === name)?.[1];
}

/** The configuration of an option, or openssl's own. @throws OpensslError */
export function readConfig(call: Call, file: string | undefined): Config {
  if (file === undefined) return parseConfig(DEFAULT_CONFIG, {});
  try {
    return parseConfig(readInput(call, file, "config"), call.process.env);
  } catch (error) {
    if (error instanceof OpensslError) throw new OpensslError(`Can't open config file: ${file}\n`);
    throw error;
  }
}

const DEFAULT_CONFIG = `
[ req ]
default_bits = 2048
default_keyfile = privkey.pem
distinguished_name = req_distinguished_name
attributes = req_attributes
x509_extensions = v3_ca
[ req_distinguished_name ]
countryName = Country Name (2 letter code)
countryName_default = AU
stateOrProvinceName = State or Province Name (full name)
stateOrProvinceName_default = Some-State
localityName = Locality Name (eg, city)
0.organizationName = Organization Name (eg, company)
0.organizationName_default = Internet Widgits Pty Ltd
organizationalUnitName = Organizational Unit Name (eg, section)
commonName = Common Name (e.g. server FQDN or YOUR name)
emailAddress = Email Address
[ req_attributes ]
challengePassword = A challenge password
unstructuredName = An optional company name
[ usr_cert ]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid,issuer
[ v3_req ]
basicConstraints = CA:FALSE
keyUsage = nonRepudiation, digitalSignature, keyEncipherment
[ v3_ca ]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer
basicConstraints = critical,CA:true
`;
