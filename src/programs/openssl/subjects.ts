/** Distinguished names from `-subj`, from a section of a configuration, and from answers to its prompts. */
import { der, oid, sequence, TAG, utf8 } from "../../lib/signing/der.ts";
import type { Call } from "../base/call.ts";
import { OpensslError } from "./arguments.ts";
import { type Config, lookUp } from "./config.ts";
import { ATTRIBUTES } from "./names.ts";

type Attribute = readonly [type: string, value: string];

const LONG_NAMES: Readonly<Record<string, string>> = {
  commonName: "CN",
  surname: "SN",
  countryName: "C",
  localityName: "L",
  stateOrProvinceName: "ST",
  streetAddress: "street",
  organizationName: "O",
  organizationalUnitName: "OU",
  givenName: "GN",
  userId: "UID",
  domainComponent: "DC",
};

const IA5_STRING = 0x16;
const PRINTABLE = new Set(["C", "serialNumber"]);
const IA5 = new Set(["emailAddress", "DC"]);

function identifierOf(name: string): string | undefined {
  const short = LONG_NAMES[name] ?? name;
  return Object.entries(ATTRIBUTES).find(([id, each]) => each === short || id === name)?.[0];
}

function shortName(name: string): string {
  return ATTRIBUTES[identifierOf(name) ?? ""] ?? name;
}

/** Sets of attributes as DER. */
function encodeName(sets: readonly (readonly Attribute[])[]): Uint8Array {
  return sequence(
    ...sets.map((set) =>
      der(TAG.set, ...set.map(([type, value]) => sequence(oid(identifierOf(type) ?? type), encodeValue(type, value)))),
    ),
  );
}

function encodeValue(type: string, value: string): Uint8Array {
  const name = shortName(type);
  if (PRINTABLE.has(name)) return der(TAG.printableString, new TextEncoder().encode(value));
  if (IA5.has(name)) return der(IA5_STRING, new TextEncoder().encode(value));
  return utf8(value);
}

/** `/C=US/O=Acme/CN=web`; `+` joins attributes of one set. `text` is a byte string. @throws OpensslError */
export function subjectOf(call: Call, command: string, text: string): Uint8Array {
  if (!text.startsWith("/")) {
    throw new OpensslError(
      `${command}: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'\n`,
    );
  }
  const sets: Attribute[][] = [];
  let joins = false;
  for (const [, separator, type = "", raw = ""] of text.matchAll(
    /([/+])([^=/]*)=((?:\\.|[^/+\\])*(?:\+(?![\w.]+=)(?:\\.|[^/+\\])*)*)/g,
  )) {
    joins = separator === "+";
    const value = raw.replaceAll(/\\(.)/g, "$1");
    if (identifierOf(type) === undefined) {
      call.warn(`${command} warning: Skipping unknown subject name attribute "${type}"\n`);
    } else if (value === "") {
      call.warn(`${command} warning: No value provided for subject name attribute "${type}", skipped\n`);
    } else if (joins && sets.length > 0) sets.at(-1)!.push([type, decodeUtf8(value)]);
    else sets.push([[type, decodeUtf8(value)]]);
  }
  return encodeName(sets);
}

/** Arguments are byte strings. */
function decodeUtf8(value: string): string {
  return new TextDecoder().decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
}

const INTRODUCTION = `You are about to be asked to enter information that will be incorporated
into your certificate request.
What you are about to enter is what is called a Distinguished Name or a DN.
There are quite a few fields but you can leave some blank
For some fields there will be a default value,
If you enter '.', the field will be left blank.
-----
`;

/** The name that the section `distinguished_name` describes, with answers from the standard input if it prompts. */
export function configuredSubject(call: Call, config: Config, { isRequest }: { isRequest: boolean }): Uint8Array {
  const section = lookUp(config, "req", "distinguished_name");
  const entries = section === undefined ? undefined : config[section];
  if (!entries)
    throw new OpensslError('Unable to find "distinguished_name" in config\nproblems making Certificate Request\n');
  const plain = (name: string) => name.replace(/^[^.]*\./, "");
  if (lookUp(config, "req", "prompt") === "no") {
    const known = entries.filter(([name]) => identifierOf(plain(name)) !== undefined);
    if (known.length === 0)
      throw new OpensslError("error, no objects specified in config file\nError making certificate request\n");
    return encodeName(known.map(([name, value]) => [[plain(name), decodeUtf8(value)]]));
  }
  const answers = call.input().split("\n");
  call.warn(INTRODUCTION);
  const prompts = entries.filter(([name]) => !/_(default|min|max|value)$/.test(name));
  const sets: Attribute[][] = [];
  for (const [name, prompt] of prompts) {
    const preset = entries.find(([each]) => each === `${name}_default`)?.[1] ?? "";
    const answer = nextAnswer(call, answers, `${prompt} [${preset}]:`);
    const value = answer === "" ? preset : answer === "." ? "" : answer;
    if (value !== "") sets.push([[plain(name), decodeUtf8(value)]]);
  }
  if (isRequest) askAttributes(call, config, answers);
  return encodeName(sets);
}

/** The attributes of a request are asked for; they are not part of it here. */
function askAttributes(call: Call, config: Config, answers: string[]): void {
  const entries = config[lookUp(config, "req", "attributes") ?? ""] ?? [];
  if (entries.length === 0) return;
  call.warn("\nPlease enter the following 'extra' attributes\nto be sent with your certificate request\n");
  for (const [name, prompt] of entries) {
    if (!/_(default|min|max|value)$/.test(name)) nextAnswer(call, answers, `${prompt} []:`);
  }
}

/** The input has ended: openssl gives up. */
function nextAnswer(call: Call, answers: string[], prompt: string): string {
  call.warn(prompt);
  const answer = answers.length > 1 ? answers.shift() : undefined;
  if (answer === undefined) throw new OpensslError("Error making certificate request\n");
  return answer;
}
