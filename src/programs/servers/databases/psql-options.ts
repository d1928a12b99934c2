/** Options of psql and pg_isready: flags, a URI, and the environment. */
import type { ProcessView } from "../../../shell/program.ts";

export interface PsqlOptions {
  host: string;
  port: number;
  user: string;
  database: string;
  password: string | undefined;
  commands: string[];
  files: string[];
  isTuplesOnly: boolean;
  isUnaligned: boolean;
  isQuiet: boolean;
  separator: string;
  stops: boolean;
}

const FLAGS: Readonly<Record<string, string>> = {
  "-h": "host",
  "--host": "host",
  "-p": "port",
  "--port": "port",
  "-U": "user",
  "--username": "user",
  "-d": "database",
  "--dbname": "database",
  "-c": "command",
  "--command": "command",
  "-f": "file",
  "--file": "file",
  "-v": "variable",
  "--set": "variable",
  "-P": "pset",
  "-F": "separator",
  "--field-separator": "separator",
  "-R": "record",
  "-t": "",
  "-T": "attributes",
};

export function psqlOptions({ argv, env }: ProcessView): PsqlOptions {
  const values: Record<string, string> = {};
  const [commands, files, plain]: [string[], string[], string[]] = [[], [], []];
  const letters = new Set<string>();
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    const [, long, inline] = /^(--[\w-]+)=([\s\S]*)$/.exec(arg) ?? [];
    const short = /^-[hpUdcfvPFR]./.test(arg) && !arg.startsWith("--") ? arg.slice(0, 2) : undefined;
    const flag = FLAGS[long ?? short ?? arg];
    if (flag) {
      const value = inline ?? (short ? arg.slice(2) : (argv[++i] ?? ""));
      if (flag === "command") commands.push(value);
      else if (flag === "file") files.push(value);
      else values[flag] = flag === "variable" ? `${values[flag] ?? ""} ${value}` : value;
    } else if (/^-[A-Za-z]+$/.test(arg)) {
      // Joined letters: -At, -tAc.
      for (const letter of arg.slice(1)) letters.add(letter);
      const last = arg.slice(-1);
      if (last === "c") commands.push(argv[++i] ?? "");
      if (last === "f") files.push(argv[++i] ?? "");
    } else if (arg === "--tuples-only") letters.add("t");
    else if (arg === "--no-align") letters.add("A");
    else if (arg === "--quiet") letters.add("q");
    else if (arg === "--list") letters.add("l");
    else if (!arg.startsWith("-")) plain.push(arg);
  }
  if (letters.has("l")) commands.push("\\l");
  const [uri] = plain.filter((each) => /^postgres(ql)?:\/\//.test(each));
  const [, uriUser, uriPassword, uriHost, uriPort, uriDatabase] =
    /^postgres(?:ql)?:\/\/(?:([^:@]+)(?::([^@]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?/.exec(
      uri ?? values["database"] ?? "",
    ) ?? [];
  const user = uriUser ?? values["user"] ?? plain.filter((each) => each !== uri)[1] ?? env["PGUSER"] ?? "root";
  const isUri = uri !== undefined || /^postgres/.test(values["database"] ?? "");
  return {
    host: (isUri ? uriHost : values["host"]) || env["PGHOST"] || "",
    port: Number((isUri ? uriPort : values["port"]) ?? env["PGPORT"] ?? 5432),
    user,
    database: (isUri ? uriDatabase : (values["database"] ?? plain[0])) || env["PGDATABASE"] || user,
    password: uriPassword ?? env["PGPASSWORD"],
    commands,
    files,
    isTuplesOnly: letters.has("t"),
    isUnaligned: letters.has("A"),
    isQuiet: letters.has("q"),
    separator: values["separator"] ?? "|",
    stops: /ON_ERROR_STOP=(1|on)/i.test(values["variable"] ?? ""),
  };
}
