/** The command line of mongosh and of the older mongo. */
import { textOfBytes } from "../../lib/bytes.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { decode } from "../servers/http.ts";

/** JSON. */
export interface ShellOptions extends JsonObject {
  /** Members to which it connects: `[host, port]`. */
  seeds: [string, number][];
  /** It looks for the primary. */
  isReplicaSet: boolean;
  user: string | null;
  password: string | null;
  /** The database that knows the user. */
  source: string;
  database: string;
  isQuiet: boolean;
  /** The older shell. */
  isLegacy: boolean;
  /** Scripts that it evaluates and whose values it shows. */
  evaluated: string[];
  /** Files that it runs. */
  files: string[];
  /** It goes on with its input after these. */
  isInteractive: boolean;
  isDisconnected: boolean;
}

const DEFAULT_PORT = 27_017;
const NAMES: Readonly<Record<string, string>> = {
  "-u": "--username",
  "-p": "--password",
  "-f": "--file",
  "-h": "--host",
};
const VALUED = /^--(host|port|eval|username|password|authenticationDatabase|authenticationMechanism|file|db|tls\w+)$/;

interface Target {
  seeds: [string, number][];
  isReplicaSet: boolean;
  user?: string;
  password?: string;
  /** The database of the address. */
  database?: string;
  source?: string;
}

export function optionsOf({ argv }: ProcessView): ShellOptions {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const args = argv.slice(1).map(textOfBytes);
  for (let i = 0; i < args.length; i++) {
    const [, long = "", given] = /^(--[\w-]+)=([\s\S]*)$/.exec(args[i] ?? "") ?? [undefined, args[i] ?? "", undefined];
    const name = NAMES[long] ?? long;
    if (VALUED.test(name)) values.set(name, [...(values.get(name) ?? []), given ?? args[++i] ?? ""]);
    else if (name.startsWith("-")) values.set(name, []);
    else words.push(name);
  }
  const last = (name: string) => values.get(name)?.at(-1);
  const files = [...(values.get("--file") ?? []), ...words.filter((word) => word.endsWith(".js"))];
  const target = targetOf(words.find((word) => !word.endsWith(".js")) ?? "", last("--host"), last("--port"));
  const evaluated = values.get("--eval") ?? [];
  const isInteractive = values.has("--shell") || (evaluated.length === 0 && files.length === 0);
  const isLegacy = /(^|\/)mongo$/.test(argv[0] ?? "");
  return {
    seeds: target.seeds,
    isReplicaSet: target.isReplicaSet,
    user: last("--username") ?? target.user ?? null,
    password: last("--password") ?? target.password ?? null,
    source: last("--authenticationDatabase") ?? target.source ?? target.database ?? "admin",
    database: target.database ?? "test",
    isQuiet: values.has("--quiet") || (!isInteractive && !isLegacy),
    isLegacy,
    evaluated,
    files,
    isInteractive,
    isDisconnected: values.has("--nodb"),
  };
}

/** The servers that an address, or `--host` and `--port`, name. */
function targetOf(address: string, host: string | undefined, port: string | undefined): Target {
  const uri = /^mongodb(?:\+srv)?:\/\/(?:([^:@/]+)(?::([^@/]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(address);
  if (uri) {
    const [, user, password, hosts = "", database = "", query = ""] = uri;
    const parameters = new Map(query.split("&").map((each) => each.split("=") as [string, string]));
    const source = parameters.get("authSource");
    return {
      seeds: seedsOf(hosts || "127.0.0.1", port),
      isReplicaSet: parameters.has("replicaSet") || hosts.includes(","),
      ...(user !== undefined && { user: decode(user) }),
      ...(password !== undefined && { password: decode(password) }),
      ...(database !== "" && { database }),
      ...(source !== undefined && { source }),
    };
  }
  // `rs0/mongo-0.mongo,mongo-1.mongo` is a set with its members.
  const [, set, members] = /^([^/,:]+)\/(.*)$/.exec(host ?? "") ?? [];
  const isName = address !== "" && !/[:/.]/.test(address);
  const [, plainHost, plainPort, plainDatabase] = /^([^:/]+)(?::(\d+))?(?:\/(.*))?$/.exec(isName ? "" : address) ?? [];
  const database = isName ? address : plainDatabase;
  const hosts = members ?? host ?? plainHost ?? "127.0.0.1";
  return {
    seeds: seedsOf(hosts, port ?? plainPort),
    isReplicaSet: set !== undefined,
    ...(database && { database }),
  };
}

function seedsOf(hosts: string, port: string | undefined): [string, number][] {
  return hosts.split(",").map((each) => {
    const [, name = each, own] = /^(.*?)(?::(\d+))?$/.exec(each) ?? [];
    return [name, Number(own ?? port ?? DEFAULT_PORT)];
  });
}
