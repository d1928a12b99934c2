/** The flags of a Prometheus server, and the configuration that it loaded last. */
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { parseJson } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { contentOf, flagOf, hasFlag, portOf } from "../servers/server.ts";
import { type PrometheusConfig, readConfig } from "./config/config.ts";
import { ConfigError } from "./config/reader.ts";
import { type RuleGroup, readRuleFile } from "./config/rule-files.ts";
import { globPaths } from "./globs.ts";

export const VERSION = "3.8.1";

export interface Flags {
  configFile: string;
  storage: string;
  port: number;
  /** `POST /-/reload` and `/-/quit` are allowed. */
  hasLifecycle: boolean;
  /** The URL under which others reach the server, without a slash at its end. */
  externalUrl: string;
  /** The prefix of all paths, without a slash at its end. */
  prefix: string;
}

export function flagsOf({ argv, cwd, host }: Pick<ProcessView, "argv" | "cwd" | "host">): Flags {
  const within = (path: string) => (path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`);
  const external = flagOf(argv, "web.external-url") ?? "";
  const port = portOf(flagOf(argv, "web.listen-address"), 9090);
  const route = flagOf(argv, "web.route-prefix") ?? /^(?:https?:\/\/[^/]+)?(\/.*)?$/.exec(external)?.[1] ?? "";
  return {
    configFile: within(flagOf(argv, "config.file") ?? "prometheus.yml"),
    storage: within(flagOf(argv, "storage.tsdb.path") ?? "data/").replace(/\/+$/, ""),
    port,
    externalUrl: (external === "" ? `http://${host.hostname}:${port}` : external).replace(/\/+$/, ""),
    hasLifecycle: hasFlag(argv, "web.enable-lifecycle"),
    prefix: route.replace(/\/+$/, ""),
  };
}

/** The texts of the configuration and of its rule files, as they were loaded. They lie in a file beside the database. */
export interface LoadedTexts {
  name: string;
  config: string;
  rules: readonly { file: string; text: string }[];
}

export interface Loaded {
  config: PrometheusConfig;
  groups: readonly RuleGroup[];
}

/** Reads the files. Throws ConfigError. */
export function loadTexts(process: ProcessView): LoadedTexts {
  const { configFile } = flagsOf(process);
  const content = contentOf(process, configFile);
  if (content === undefined) throw new ConfigError(`open ${configFile}: no such file or directory`);
  const text = textOfBytes(content);
  const config = readConfig(text, configFile);
  const folder = configFile.slice(0, configFile.lastIndexOf("/"));
  const files = config.ruleFiles.flatMap((pattern) =>
    globPaths(process.files, pattern.startsWith("/") ? pattern : `${folder}/${pattern}`),
  );
  const rules = [...new Set(files)].map((file) => ({ file, text: textOfBytes(contentOf(process, file) ?? "") }));
  for (const { file, text: own } of rules) {
    try {
      readRuleFile(own, file, config.evaluationIntervalMs);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(`${file}: ${error.message}`);
    }
  }
  return { name: configFile, config: text, rules };
}

const loaded = new BoundedCache<string, Loaded>(20);

const loadedFile = (process: ProcessView) => `${flagsOf(process).storage}/loaded.json`;

/** Lets the process work with this configuration. Throws FileError. */
export function storeTexts(process: ProcessView, texts: LoadedTexts): void {
  process.files.write(loadedFile(process), bytesOfText(JSON.stringify(texts)));
}

/** The text of the configuration that the process works with. */
export function configText(process: ProcessView): string {
  return textsOf(textOfBytes(contentOf(process, loadedFile(process)) ?? "")).config;
}

function textsOf(stored: string): LoadedTexts {
  return stored === "" ? { name: "", config: "", rules: [] } : (parseJson(stored) as unknown as LoadedTexts);
}

/** The configuration that the process works with. */
export function loadedOf(process: ProcessView): Loaded {
  const stored = contentOf(process, loadedFile(process)) ?? "";
  return loaded.getOrCompute(stored, () => {
    const texts = textsOf(textOfBytes(stored));
    const config = readConfig(texts.config, texts.name);
    const groups = texts.rules.flatMap(({ file, text }) => readRuleFile(text, file, config.evaluationIntervalMs));
    return { config, groups };
  });
}
