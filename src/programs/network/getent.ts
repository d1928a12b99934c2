/** getent: hosts, ahosts, passwd, group, services. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Tool } from "../base/call.ts";
import { ANSWER_NEEDED, askAll, isAddress, reverseName } from "./resolver.ts";

const NOT_FOUND: Step = { type: "exit", status: 2 };
const FOUND: Step = { type: "exit", status: 0 };
/** Columns of the address and of the kind of socket. */
const ADDRESS_WIDTH = 16;

/** Ports by the name of their service, in the order of their numbers. */
const SERVICES: Readonly<Record<string, number>> = {
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  kerberos: 88,
  ntp: 123,
  ldap: 389,
  https: 443,
  mysql: 3306,
  postgresql: 5432,
  redis: 6379,
  "http-alt": 8080,
};

export const getent: Tool = () => ({
  run: (process) => {
    const [database, ...keys] = process.argv.slice(1).filter((argument) => !argument.startsWith("-"));
    switch (database) {
      case "hosts":
      case "ahosts":
      case "ahostsv4":
        return hosts(process, database, keys[0]);
      case "passwd":
      case "group":
        return accounts(process, database, keys);
      case "services":
        return services(process, keys[0]);
      case undefined:
        process.write(
          2,
          "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n",
        );
        return { type: "exit", status: 1 };
      default:
        process.write(
          2,
          `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
        );
        return { type: "exit", status: 1 };
    }
  },
});

function linesOfFile({ files }: ProcessView, path: string): string[] {
  try {
    return files.read(path).split("\n");
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function accounts(process: ProcessView, database: "passwd" | "group", keys: readonly string[]): Step {
  const lines = linesOfFile(process, `/etc/${database}`).filter((line) => line !== "");
  const matches = (line: string, key: string) => line.split(":")[0] === key || line.split(":")[2] === key;
  const found = keys.length === 0 ? lines : keys.flatMap((key) => lines.find((line) => matches(line, key)) ?? []);
  process.write(1, found.map((line) => `${line}\n`).join(""));
  return keys.length > found.length ? NOT_FOUND : FOUND;
}

function services(process: ProcessView, key: string | undefined): Step {
  const [name = "", protocol = "tcp"] = (key ?? "").split("/");
  const found = Object.entries(SERVICES).filter(
    ([each, port]) => key === undefined || each === name || `${port}` === name,
  );
  process.write(1, found.map(([each, port]) => `${each.padEnd(21)} ${port}/${protocol}\n`).join(""));
  return found.length > 0 ? FOUND : NOT_FOUND;
}

function hosts(process: ProcessView, database: string, key: string | undefined): Step {
  const own = linesOfFile(process, "/etc/hosts")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter(([address, name]) => address !== "" && name !== undefined);
  if (key === undefined) {
    process.write(1, own.map(([address = "", ...names]) => `${address.padEnd(15)} ${names.join(" ")}\n`).join(""));
    return FOUND;
  }
  const listed = own.filter(([address, ...names]) => address === key || names.includes(key));
  if (listed.length > 0) {
    const [address = "", ...names] = listed.find(([first = ""]) => first.includes(".")) ?? listed[0]!;
    return print(process, database, [address], names.join(" "));
  }
  const isReverse = isAddress(key);
  const name = isReverse ? `${reverseName(key)}.` : key;
  const replies = askAll(process, [{ type: "resolve", name, record: isReverse ? "PTR" : "A" }]);
  if (!replies) return ANSWER_NEEDED;
  const [reply] = replies;
  if (reply?.type !== "addresses") return NOT_FOUND;
  const values = reply.records.filter(({ record }) => record === (isReverse ? "PTR" : "A")).map(({ value }) => value);
  if (values.length === 0) return NOT_FOUND;
  if (isReverse) return print(process, database, [key], values[0]!.replace(/\.$/, ""));
  return print(process, database, values, reply.name.replace(/\.$/, ""));
}

function print(process: ProcessView, database: string, addresses: readonly string[], name: string): Step {
  const lines = addresses.flatMap((address, i) => {
    const padded = address.padEnd(ADDRESS_WIDTH - 1);
    if (database === "hosts") return [`${padded} ${name}\n`];
    return [`${padded} STREAM ${i === 0 ? name : ""}\n`, `${padded} DGRAM  \n`, `${padded} RAW    \n`];
  });
  process.write(1, lines.join(""));
  return FOUND;
}
