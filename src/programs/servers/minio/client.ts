/** `mc`, the client of MinIO: aliases, buckets, objects, policies of buckets and `admin info`. */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { Program } from "../../../shell/program.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { drive, Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { type Alias, aliasesOf, writeAlias } from "./configuration.ts";
import { copy, pipe } from "./copies.ts";
import { localContent } from "./local.ts";
import { binarySize, dateText, frame, listLine, uptimeText } from "./output.ts";
import { list, pathOf, Refused, send, type Target, targetOf, valuesOf } from "./requests.ts";
import { RELEASE } from "./server.ts";

const FLAGS: Readonly<Record<string, string>> = {
  ...{ r: "recursive", p: "ignore-existing", q: "quiet", f: "force" },
  ...{ recursive: "", "ignore-existing": "", quiet: "", force: "", dangerous: "", insecure: "", "no-color": "" },
  ...{ "disable-pager": "", version: "", v: "version" },
};
const VALUED = new Set(["config-dir", "C", "api", "path"]);

interface Call {
  words: readonly string[];
  flags: ReadonlySet<string>;
}

/** Returns the exit code. */
type Command = (session: Session, call: Call) => Steps<number> | number;

const COMMANDS: Readonly<Record<string, Command>> = {
  "alias set": setAlias,
  "alias list": listAliases,
  "alias ls": listAliases,
  "alias remove": removeAlias,
  "alias rm": removeAlias,
  "admin info": adminInfo,
  "anonymous set": setAnonymous,
  "anonymous get": getAnonymous,
  cat,
  cp: (session, { words, flags }) => copy(session, words, { isRecursive: flags.has("recursive"), isMove: false }),
  ls: listTargets,
  mb: makeBuckets,
  mv: (session, { words, flags }) => copy(session, words, { isRecursive: flags.has("recursive"), isMove: true }),
  pipe: (session, { words: [name = ""] }) => pipe(session, remote(session, name)),
  rb: removeBuckets,
  ready,
  rm: removeObjects,
  stat,
};

export const mc: Program = { run: (process) => drive(process, main) };

function callOf(session: Session): Call {
  const words: string[] = [];
  const flags = new Set<string>();
  const { args } = session;
  for (let i = 0; i < args.length; i++) {
    const [, name, value] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(args[i] ?? "") ?? [];
    if (name === undefined) words.push(args[i] ?? "");
    else if (VALUED.has(name)) i += value === undefined ? 1 : 0;
    else if (Object.hasOwn(FLAGS, name)) flags.add(FLAGS[name] || name);
    else throw new Failure(`mc: <ERROR> the flag \`${args[i] ?? ""}\` is not simulated.`);
  }
  return { words, flags };
}

function* main(session: Session): Steps<number> {
  let what = "Unable to run the command";
  try {
    const { words, flags } = callOf(session);
    if (flags.has("version")) {
      session.print(`mc version RELEASE.${RELEASE}\nRuntime: go1.24.6 linux/amd64\n`);
      return 0;
    }
    const name = [words.slice(0, 2).join(" "), words[0] ?? ""].find((each) => Object.hasOwn(COMMANDS, each));
    const command = name === undefined ? undefined : COMMANDS[name];
    if (name === undefined || !command) throw new Failure(`mc: <ERROR> \`${words.join(" ")}\` is not simulated.`);
    const rest = words.slice(name.split(" ").length);
    what = PURPOSES[name]?.(rest) ?? what;
    const result = command(session, { words: rest, flags });
    return typeof result === "number" ? result : yield* result;
  } catch (error) {
    if (!(error instanceof Failure || error instanceof Refused || error instanceof FileError)) throw error;
    session.warn(error instanceof Failure ? `${error.message}\n` : `mc: <ERROR> ${what}. ${error.message}.\n`);
    return 1;
  }
}

/** The beginning of the message when the server refuses a command. */
const PURPOSES: Readonly<Record<string, (words: readonly string[]) => string>> = {
  "alias set": () => "Unable to initialize new alias from the provided credentials",
  "admin info": () => "Unable to display service info",
  "anonymous set": ([, target]) => `Unable to set anonymous \`${target ?? ""}\``,
  "anonymous get": ([target]) => `Unable to get anonymous access of \`${target ?? ""}\``,
  cat: ([target]) => `Unable to read from \`${target ?? ""}\``,
  cp: ([source]) => `Failed to copy \`${source ?? ""}\``,
  ls: () => "Unable to list folder",
  mb: ([target]) => `Unable to make bucket \`${target ?? ""}\``,
  mv: ([source]) => `Failed to move \`${source ?? ""}\``,
  pipe: ([target]) => `Unable to write to \`${target ?? ""}\``,
  rb: ([target]) => `Failed to remove \`${target ?? ""}\``,
  ready: () => "Unable to check if the cluster is ready",
  rm: ([target]) => `Failed to remove \`${target ?? ""}\``,
  stat: ([target]) => `Unable to stat \`${target ?? ""}\``,
};

/** @throws Failure for a name without a known alias */
function remote(session: Session, text: string): Target {
  const target = targetOf(session, text);
  if (!target) throw new Failure(`mc: <ERROR> No valid configuration found for '${text.split("/")[0]}' host alias.`);
  return target;
}

/** Says which bucket or object is missing, as `mc` does. */
function* checked<R>({ bucket }: Target, steps: Steps<R>): Steps<R> {
  try {
    return yield* steps;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "NoSuchBucket") throw new Refused(error.code, `Bucket \`${bucket}\` does not exist`);
    throw error.code === "NoSuchKey" ? new Refused(error.code, "Object does not exist") : error;
  }
}

const one = (method: string, { bucket, key }: Target) => ({ method, path: pathOf(bucket, key) });

function* setAlias(session: Session, { words }: Call): Steps<number> {
  const [name = "", url = "", ...keys] = words;
  if (!/^[a-zA-Z][\w-]*$/.test(name)) throw new Failure(`mc: <ERROR> Invalid alias. \`${name}\`.`);
  if (!/^https?:\/\/[^/]+\/?$/.test(url)) throw new Failure(`mc: <ERROR> Invalid URL. \`${url}\`.`);
  while (keys.length < 2) keys.push(String(yield { type: "line" }).trim());
  const [accessKey = "", secretKey = ""] = keys;
  const alias: Alias = { url: url.replace(/\/$/, ""), accessKey, secretKey };
  try {
    // A bucket that is missing shows that the keys are valid.
    yield* send(session, alias, { method: "GET", path: `${pathOf("probe-bucket-sign-mc")}?location=` });
  } catch (error) {
    if (!(error instanceof Refused && error.code === "NoSuchBucket")) throw error;
  }
  writeAlias(session, name, alias);
  session.print(`Added \`${name}\` successfully.\n`);
  return 0;
}

function listAliases(session: Session, { words: [only] }: Call): number {
  for (const [name, { url, accessKey, secretKey }] of aliasesOf(session)) {
    if (only !== undefined && only.replace(/\/$/, "") !== name) continue;
    const rows = { URL: url, AccessKey: accessKey, SecretKey: secretKey, API: "S3v4", Path: "auto" };
    const lines = Object.entries(rows).map(([key, value]) => `  ${key.padEnd(10)}: ${value}\n`);
    session.print(`${name}\n${lines.join("")}\n`);
  }
  return 0;
}

function removeAlias(session: Session, { words: [name = ""] }: Call): number {
  writeAlias(session, name, undefined);
  session.print(`Removed \`${name}\` successfully.\n`);
  return 0;
}

function* makeBuckets(session: Session, { words, flags }: Call): Steps<number> {
  for (const word of words) {
    const target = remote(session, word);
    try {
      yield* send(session, target.alias, { method: "PUT", path: `/${target.bucket}` });
    } catch (error) {
      const exists = error instanceof Refused && error.code === "BucketAlreadyOwnedByYou";
      if (!exists || !flags.has("ignore-existing")) throw error;
    }
    session.print(`Bucket created successfully \`${word}\`.\n`);
  }
  return 0;
}

function* removeBuckets(session: Session, { words, flags }: Call): Steps<number> {
  for (const word of words) {
    const target = { ...remote(session, word), key: "" };
    const listed = yield* checked(target, list(session, target, true));
    if (listed.length > 0 && !flags.has("force"))
      throw new Failure(
        `mc: <ERROR> \`${word}\` is not empty. Retry this command with ‘--force’ flag if you want to remove \`${word}\` and all its contents.`,
      );
    for (const { name } of listed) yield* send(session, target.alias, one("DELETE", { ...target, key: name }));
    yield* send(session, target.alias, { method: "DELETE", path: `/${target.bucket}` });
    session.print(`Removed \`${word}\` successfully.\n`);
  }
  return 0;
}

function* listTargets(session: Session, { words, flags }: Call): Steps<number> {
  for (const word of words) {
    const target = remote(session, word);
    if (target.bucket === "") {
      const { body } = yield* send(session, target.alias, { method: "GET", path: "/" });
      for (const row of textOfBytes(body).match(/<Bucket>[\s\S]*?<\/Bucket>/g) ?? []) {
        const [name = ""] = valuesOf(row, "Name");
        session.print(listLine(Date.parse(valuesOf(row, "CreationDate")[0] ?? ""), 0, `${name}/`));
      }
      continue;
    }
    const folder = target.key.slice(0, target.key.lastIndexOf("/") + 1);
    for (const each of yield* checked(target, list(session, target, flags.has("recursive")))) {
      const name = each.name.slice(folder.length);
      session.print(listLine(each.modifiedAtMs, each.sizeBytes, each.isPrefix ? name : `STANDARD ${name}`));
    }
  }
  return 0;
}

function* cat(session: Session, { words }: Call): Steps<number> {
  for (const word of words) {
    const target = targetOf(session, word);
    if (target) {
      const { body } = yield* checked(target, send(session, target.alias, one("GET", target)));
      session.write(1, body);
    } else session.write(1, localContent(session, word));
  }
  return 0;
}

function* removeObjects(session: Session, { words, flags }: Call): Steps<number> {
  if (flags.has("recursive") && !flags.has("force"))
    throw new Failure(
      "mc: <ERROR> Removal requires --force flag. This operation is *IRREVERSIBLE*. Please review carefully before performing this *DANGEROUS* operation.",
    );
  for (const word of words) {
    const target = remote(session, word);
    const prefix = `${word.slice(0, word.indexOf("/"))}/${target.bucket}`;
    if (flags.has("recursive")) {
      for (const { name } of yield* checked(target, list(session, target, true))) {
        yield* send(session, target.alias, one("DELETE", { ...target, key: name }));
        session.print(`Removed \`${prefix}/${name}\`.\n`);
      }
      continue;
    }
    try {
      yield* checked(target, send(session, target.alias, one("HEAD", target)));
    } catch (error) {
      if (flags.has("force") && error instanceof Refused && error.code === "NoSuchKey") continue;
      throw error;
    }
    yield* send(session, target.alias, one("DELETE", target));
    session.print(`Removed \`${word}\`.\n`);
  }
  return 0;
}

function* stat(session: Session, { words }: Call): Steps<number> {
  const row = (name: string, value: string) => `${name.padEnd(10)}: ${value}\n`;
  for (const word of words) {
    const target = remote(session, word);
    if (target.key === "") {
      const { alias, bucket } = target;
      yield* checked(target, send(session, alias, { method: "GET", path: `${pathOf(bucket)}?location=` }));
      session.print(`${row("Name", bucket)}${row("Size", "N/A    ")}${row("Type", "folder ")}\n`);
      continue;
    }
    const { headers } = yield* checked(target, send(session, target.alias, one("HEAD", target)));
    const facts = Object.entries(headers).filter(([name]) => /^(content-type|x-amz-meta-.*)$/.test(name));
    const shown = facts.map(([name, value]): [string, string] => [
      name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase()),
      value,
    ]);
    const width = Math.max(...shown.map(([name]) => name.length), 0);
    session.print(
      [
        row("Name", target.key.slice(target.key.lastIndexOf("/") + 1)),
        row("Date", `${dateText(Date.parse(headers["last-modified"] ?? ""))} `),
        row("Size", `${binarySize(Number(headers["content-length"])).padEnd(6)} `),
        row("ETag", `${(headers["etag"] ?? "").replace(/"/g, "")} `),
        row("Type", "file "),
        ...(shown.length > 0 ? ["Metadata  :\n"] : []),
        ...shown.map(([name, value]) => `  ${name.padEnd(width)}: ${value} \n`),
        "\n",
      ].join(""),
    );
  }
  return 0;
}

function* ready(session: Session, { words: [name = ""] }: Call): Steps<number> {
  const { alias } = remote(session, name);
  yield* send(session, { ...alias, accessKey: "" }, { method: "GET", path: "/minio/health/cluster" });
  session.print("The cluster is ready\n");
  return 0;
}

function* adminInfo(session: Session, { words: [name = ""] }: Call): Steps<number> {
  const { alias } = remote(session, name);
  const { body } = yield* send(session, alias, { method: "GET", path: "/minio/admin/v3/info" });
  const value = JSON.parse(textOfBytes(body)) as JsonValue;
  const info: JsonObject = isJsonObject(value) ? value : {};
  const [server = {}] = objectsIn(info["servers"]);
  const [drive = {}] = objectsIn(server["drives"]);
  const [total, used] = [Number(drive["totalspace"]), Number(drive["usedspace"])];
  const count = (part: string, word: string) => {
    const number = Number(objectIn(info[part])["count"]);
    return `${number} ${word}${number === 1 ? "" : "s"}`;
  };
  const usage = `${((used / total) * 100 || 0).toFixed(1)}% (total: ${binarySize(total)})`;
  session.print(
    [
      `●  ${String(server["endpoint"])}\n`,
      `   Uptime: ${uptimeText(Number(server["uptime"]))} \n`,
      `   Version: ${String(server["version"])}\n   Network: 1/1 OK \n   Drives: 1/1 OK \n   Pool: 1\n\n`,
      frame([
        ["Pool", "Drives Usage", "Erasure stripe size", "Erasure sets"],
        ["1st", usage, "1", "1"],
      ]),
      `\n${binarySize(Number(objectIn(info["usage"])["size"]))} Used, ${count("buckets", "Bucket")}, ${count("objects", "Object")}\n`,
      "1 drive online, 0 drives offline, EC:0\n",
    ].join(""),
  );
  return 0;
}

/** Actions on the bucket and on its objects by the name of the permission. */
const PERMISSIONS: Readonly<Record<string, { bucket: readonly string[]; objects: readonly string[] }>> = {
  download: { bucket: ["s3:GetBucketLocation", "s3:ListBucket"], objects: ["s3:GetObject"] },
  upload: { bucket: ["s3:GetBucketLocation"], objects: ["s3:DeleteObject", "s3:PutObject"] },
  public: {
    bucket: ["s3:GetBucketLocation", "s3:ListBucket"],
    objects: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
  },
};

function* setAnonymous(session: Session, { words: [permission = "", name = ""] }: Call): Steps<number> {
  const { alias, bucket } = remote(session, name);
  const actions = Object.hasOwn(PERMISSIONS, permission) ? PERMISSIONS[permission] : undefined;
  const isRemoval = permission === "none" || permission === "private";
  if (!actions && !isRemoval)
    throw new Failure(
      `mc: <ERROR> Unrecognized permission \`${permission}\`. Allowed values are [private, public, download, upload].`,
    );
  const statement = (list: readonly string[], resource: string): JsonObject => ({
    ...{ Effect: "Allow", Principal: { AWS: ["*"] }, Action: [...list], Resource: [`arn:aws:s3:::${resource}`] },
  });
  const path = `${pathOf(bucket)}?policy=`;
  if (actions) {
    const statements = [statement(actions.bucket, bucket), statement(actions.objects, `${bucket}/*`)];
    const body = bytesOfText(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
    yield* send(session, alias, { method: "PUT", path, body });
  } else yield* send(session, alias, { method: "DELETE", path });
  session.print(`Access permission for \`${name}\` is set to \`${isRemoval ? "private" : permission}\`\n`);
  return 0;
}

function* getAnonymous(session: Session, { words: [name = ""] }: Call): Steps<number> {
  const { alias, bucket } = remote(session, name);
  let permission = "private";
  try {
    const { body } = yield* send(session, alias, { method: "GET", path: `${pathOf(bucket)}?policy=` });
    const isSame = ([, { objects }]: [string, { objects: readonly string[] }]) =>
      textOfBytes(body).includes(`"Action":${JSON.stringify(objects)}`);
    permission = Object.entries(PERMISSIONS).find(isSame)?.[0] ?? "custom";
  } catch (error) {
    if (!(error instanceof Refused && error.code === "NoSuchBucketPolicy")) throw error;
  }
  session.print(`Access permission for \`${name}\` is \`${permission}\`\n`);
  return 0;
}
