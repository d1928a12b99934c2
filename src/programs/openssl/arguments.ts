/** Options of openssl's commands, and what they have in common: passwords, files of keys and certificates, output. */
import { FileError } from "../../files/errors.ts";
import { byteString, bytesOf } from "../../lib/bytes.ts";
import { DerError, readDer } from "../../lib/signing/der.ts";
import { decodePublicKey, type PrivateKey, type PublicKey, publicPart } from "../../lib/signing/keys.ts";
import { pem, pemBlocks } from "../../lib/signing/pem.ts";
import { decodePrivateKey } from "../../lib/signing/private-key.ts";
import { parseCertificate } from "../../lib/signing/x509.ts";
import type { Call } from "../base/call.ts";
import { decryptPrivateKey } from "./encrypted-key.ts";

/** Ends the command: the lines go to the standard error. */
export class OpensslError extends Error {
  override name = "OpensslError";
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

export interface Arguments {
  has(...names: readonly string[]): boolean;
  /** The last value of the option. */
  value(...names: readonly string[]): string | undefined;
  values(name: string): readonly string[];
  /** Options in their order, without the dash. */
  order: readonly string[];
  /** Options that are not in the lists: digests and ciphers. */
  others: readonly string[];
  operands: readonly string[];
}

interface Rules {
  flags: string;
  values: string;
  /** Other options that the command knows; `what` names them in the message about an unknown one. */
  others?: { known: (name: string) => boolean; what: string };
}

/** @throws OpensslError for an unknown option */
export function parseArguments(command: string, args: readonly string[], { flags, values, others }: Rules): Arguments {
  const [flagNames, valueNames] = [new Set(flags.split(" ")), new Set(values.split(" "))];
  const found: [string, string][] = [];
  const unlisted: string[] = [];
  let at = 0;
  for (; at < args.length && args[at]!.startsWith("-") && args[at] !== "-"; at++) {
    const name = args[at]!.replace(/^--?/, "");
    if (valueNames.has(name)) {
      if (at + 1 >= args.length) throw usage(command, `Option -${name} needs a value`);
      found.push([name, args[++at]!]);
    } else if (flagNames.has(name)) found.push([name, ""]);
    else if (others?.known(name.toLowerCase())) unlisted.push(name.toLowerCase());
    else throw usage(command, others ? `Unknown ${others.what}: ${name}` : `Unknown option: -${name}`);
  }
  return {
    has: (...names) => found.some(([name]) => names.includes(name)),
    value: (...names) => found.findLast(([name]) => names.includes(name))?.[1],
    values: (wanted) => found.filter(([name]) => name === wanted).map(([, value]) => value),
    order: found.map(([name]) => name),
    others: unlisted,
    operands: args.slice(at),
  };
}

export function usage(command: string, message: string): OpensslError {
  return new OpensslError(`${command}: ${message}\n${command}: Use -help for summary.\n`);
}

/** The password that an option such as `pass:secret`, `env:NAME`, `file:path` and `stdin` means. */
export function passwordOf(call: Call, source: string | undefined): string | undefined {
  if (source === undefined) return undefined;
  const [kind, rest = ""] = [source.slice(0, source.indexOf(":")), source.slice(source.indexOf(":") + 1)];
  if (kind === "pass") return rest;
  if (kind === "env") return call.process.env[rest] ?? "";
  if (kind === "file") return firstLine(call.read(rest));
  if (source === "stdin") return firstLine(call.input());
  throw new OpensslError(
    `Invalid password argument, starting with "${kind === "" ? source : `${kind}:`}"\nError getting passwords\n`,
  );
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** The content of a file or of the standard input. @throws OpensslError in the words of openssl's loaders */
export function readInput(call: Call, file: string | undefined, what: string): string {
  try {
    return call.read(file ?? "-");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new OpensslError(`Could not open file or uri for loading ${what} from ${file}\n`);
  }
}

/** The private key of a file. @throws OpensslError */
export function readPrivateKeyFile(
  call: Call,
  file: string | undefined,
  { password, what = "private key" }: { password?: string | undefined; what?: string } = {},
): PrivateKey {
  const text = readInput(call, file, what);
  const unreadable = new OpensslError(`Could not read ${what} from ${file ?? "<stdin>"}\n`);
  for (const { type, bytes } of blocksOf(text, "PRIVATE KEY")) {
    const key = decoded(() =>
      type === "ENCRYPTED PRIVATE KEY"
        ? decryptPrivateKey(bytes, password ?? "")
        : decodePrivateKey(type, readDer(bytes)),
    );
    if (key) return key;
  }
  throw unreadable;
}

/** The public key of a file with a public key, a certificate or a private key. @throws OpensslError */
export function readPublicKeyFile(call: Call, file: string | undefined, what = "public key"): PublicKey {
  const text = readInput(call, file, what);
  for (const { type, bytes } of blocksOf(text, "PUBLIC KEY")) {
    const key = decoded(() => {
      if (type === "CERTIFICATE") return decodePublicKey(parseCertificate(bytes).key);
      if (type === "PUBLIC KEY") return decodePublicKey(readDer(bytes));
      const own = decodePrivateKey(type, readDer(bytes));
      return own && publicPart(own);
    });
    if (key) return key;
  }
  throw new OpensslError(`Could not read ${what} from ${file ?? "<stdin>"}\n`);
}

/** The blocks of PEM, or the whole text as DER of this type. */
export function blocksOf(text: string, derType: string): { type: string; bytes: Uint8Array }[] {
  const blocks = pemBlocks(text);
  return blocks.length > 0 || !text.startsWith("0") ? blocks : [{ type: derType, bytes: bytesOf(text) }];
}

function decoded<V>(read: () => V | undefined): V | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

const KEY_MODE = 0o600;

/** Writes the output of a command to its file, or prints it. Files of private keys are for their owner only. */
export function writeOutput(call: Call, file: string | undefined, text: string, { isPrivate = false } = {}): void {
  if (file === undefined || file === "-") call.print(text);
  else call.process.files.write(call.path(file), text, isPrivate ? KEY_MODE : undefined);
}

/** PEM, or DER if the form says so. */
export function encoded(type: string, bytes: Uint8Array, form: string | undefined): string {
  return form?.toUpperCase() === "DER" ? byteString(bytes) : pem(type, bytes);
}

/** A private operation of RSA takes the host's time of some thousand steps. */
const STEPS_OF_KEY = 2000;

export function chargeKey(call: Call): void {
  call.process.charge(STEPS_OF_KEY);
}
