/** The entrypoint of nginx's official image: prepares the configuration and runs the command. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines } from "../log.ts";

const FOLDER = "/docker-entrypoint.d";
const DEFAULT_CONFIG = "/etc/nginx/conf.d/default.conf";

/** Its own steps, in the order of their names. Files that the user adds run between them. */
const OWN: Readonly<Record<string, (process: ProcessView) => readonly string[]>> = {
  "10-listen-on-ipv6-by-default.sh": listenOnIpv6,
  "15-local-resolvers.envsh": () => [],
  "20-envsubst-on-templates.sh": fillTemplates,
  "30-tune-worker-processes.sh": () => [],
};

export const nginxEntrypoint: Program = {
  run(process): Step {
    const argv = process.argv.slice(1);
    if (argv[0] !== "nginx" && argv[0] !== "nginx-debug") return { type: "exec", argv };
    const { state } = process;
    const names = scriptsOf(process);
    const isQuiet = process.env["NGINX_ENTRYPOINT_QUIET_LOGS"] !== undefined;
    const log = (line: string) => {
      if (!isQuiet) printLines(process, 1, [line]);
    };
    if (state["at"] === undefined) {
      state["at"] = 0;
      if (names.length === 0) log(`/docker-entrypoint.sh: No files found in ${FOLDER}/, skipping configuration`);
      else {
        log(`/docker-entrypoint.sh: ${FOLDER}/ is not empty, will attempt to perform configuration`);
        log(`/docker-entrypoint.sh: Looking for shell scripts in ${FOLDER}/`);
      }
    }
    const waiting = runScripts(process, names, log);
    if (waiting) return waiting;
    if (names.length > 0) log("/docker-entrypoint.sh: Configuration complete; ready for start up");
    return { type: "exec", argv };
  },
};

/** A step to return while a script runs or after it failed; undefined when all have run. */
function runScripts(process: ProcessView, names: readonly string[], log: (line: string) => void): Step | undefined {
  const { state } = process;
  while (Number(state["at"]) < names.length) {
    const name = names[Number(state["at"])] ?? "";
    const path = `${FOLDER}/${name}`;
    if (state["child"] !== undefined) {
      const pid = Number(state["child"]);
      const status = process.takeExit(pid);
      if (status === undefined) return { type: "wait", for: [{ type: "child", pid }] };
      delete state["child"];
      if (status !== 0) return { type: "exit", status };
      state["at"] = Number(state["at"]) + 1;
      continue;
    }
    const own = OWN[name];
    if (name.endsWith(".envsh")) log(`/docker-entrypoint.sh: Sourcing ${path}`);
    else if (!name.endsWith(".sh")) log(`/docker-entrypoint.sh: Ignoring ${path}`);
    else if (!own && !isExecutable(process, path)) log(`/docker-entrypoint.sh: Ignoring ${path}, not executable`);
    else {
      log(`/docker-entrypoint.sh: Launching ${path}`);
      if (!own) {
        state["child"] = process.spawn({ argv: [path] });
        continue;
      }
      for (const line of own(process)) log(line);
    }
    state["at"] = Number(state["at"]) + 1;
  }
  return undefined;
}

function scriptsOf({ files }: ProcessView): readonly string[] {
  try {
    return files.list(FOLDER);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function isExecutable({ files }: ProcessView, path: string): boolean {
  const entry = files.find(path);
  return entry?.type === "file" && (entry.mode & 0o111) !== 0;
}

function listenOnIpv6({ files }: ProcessView): string[] {
  const name = "10-listen-on-ipv6-by-default.sh";
  const say = (text: string) => `${name}: info: ${text}`;
  const entry = files.find(DEFAULT_CONFIG);
  if (entry?.type !== "file") return [say(`${DEFAULT_CONFIG} is not a file or does not exist`)];
  try {
    files.access(DEFAULT_CONFIG, "w");
    const content = files.read(DEFAULT_CONFIG);
    const isUnchanged = /^ {4}listen {7}80;$/m.test(content) && content.includes("#error_page  404");
    const check = say(`Getting the checksum of ${DEFAULT_CONFIG}`);
    if (content.includes("listen  [::]:80;")) return [say("IPv6 listen already enabled")];
    if (!isUnchanged) return [check, say(`${DEFAULT_CONFIG} differs from the packaged version`)];
    files.write(
      DEFAULT_CONFIG,
      content.replace("    listen       80;\n", "    listen       80;\n    listen  [::]:80;\n"),
    );
    return [check, say(`Enabled listen on IPv6 in ${DEFAULT_CONFIG}`)];
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [say(`can not modify ${DEFAULT_CONFIG}${error.code === "EROFS" ? " (read-only file system?)" : ""}`)];
  }
}

/** /etc/nginx/templates/*.template become files of conf.d, with the variables of the environment. */
function fillTemplates({ files, env }: ProcessView): string[] {
  const folder = env["NGINX_ENVSUBST_TEMPLATE_DIR"] ?? "/etc/nginx/templates";
  const suffix = env["NGINX_ENVSUBST_TEMPLATE_SUFFIX"] ?? ".template";
  const target = env["NGINX_ENVSUBST_OUTPUT_DIR"] ?? "/etc/nginx/conf.d";
  if (files.find(folder)?.type !== "directory") return [];
  const lines: string[] = [];
  for (const name of files.list(folder)) {
    if (!name.endsWith(suffix)) continue;
    const output = `${target}/${name.slice(0, -suffix.length)}`;
    lines.push(`20-envsubst-on-templates.sh: Running envsubst on ${folder}/${name} to ${output}`);
    const content = files.read(`${folder}/${name}`);
    try {
      files.write(
        output,
        content.replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, a?: string, b?: string) => env[a ?? b ?? ""] ?? whole),
      );
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      lines.push(`20-envsubst-on-templates.sh: ERROR: ${folder} exists, but ${target} is not writable`);
    }
  }
  return lines;
}
