/** The command line of redis-cli. */
import type { ProcessView } from "../../../shell/program.ts";

export interface CliOptions {
  host: string;
  port: number;
  password: string | undefined;
  db: number;
  isRaw: boolean;
  isCsv: boolean;
  repeat: number;
  intervalMs: number;
  /** The last argument is standard input. */
  takesInput: boolean;
  /** `--scan`: lists keys of this pattern. */
  pattern: string | undefined;
  command: readonly string[];
}

const FLAGS: Readonly<Record<string, string>> = {
  "-h": "host",
  "-p": "port",
  "-a": "password",
  "--pass": "password",
  "-n": "db",
  "-r": "repeat",
  "-i": "interval",
  "-u": "uri",
  "--user": "user",
  "-s": "socket",
  "--pattern": "pattern",
  "--count": "count",
  "-d": "delimiter",
  "-t": "timeout",
};

export function cliOptions({ argv, env, isTerminal }: ProcessView): CliOptions {
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  let at = 1;
  for (; at < argv.length; at++) {
    const arg = argv[at] ?? "";
    const name = FLAGS[arg];
    if (name) values[name] = argv[++at] ?? "";
    else if (arg.startsWith("-")) flags.add(arg);
    else break;
  }
  const [, , uriPassword, uriHost, uriPort, uriDb] =
    /^redis:\/\/(?:([^:@]*)(?::([^@]*))?@)?([^:/]+)(?::(\d+))?(?:\/(\d+))?$/.exec(values["uri"] ?? "") ?? [];
  return {
    host: uriHost ?? values["host"] ?? "127.0.0.1",
    port: Number(uriPort ?? values["port"] ?? 6379),
    password: uriPassword ?? values["password"] ?? env["REDISCLI_AUTH"],
    db: Number(uriDb ?? values["db"] ?? 0),
    isRaw: flags.has("--raw") || (!flags.has("--no-raw") && !isTerminal(1)),
    isCsv: flags.has("--csv"),
    repeat: Number(values["repeat"] ?? 1),
    intervalMs: Number(values["interval"] ?? 0) * 1000,
    takesInput: flags.has("-x"),
    pattern: flags.has("--scan") ? (values["pattern"] ?? "*") : undefined,
    command: argv.slice(at),
  };
}
