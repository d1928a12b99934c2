/** A parsed Corefile: server blocks with their handlers, and the settings of the process. */
import { GoDurationError, parseGoDuration } from "../../../lib/duration.ts";
import { CorefileError, type Directive, DirectiveReader, parseCorefile, type ServerBlock } from "./corefile.ts";
import { failure, type Handler, isInZone, type Query, type Reply, type World, zoneOf } from "./plugin.ts";
import { serversOf } from "./plugins/forward.ts";
import { isDirective, PLUGINS } from "./registry.ts";

export interface Configuration {
  blocks: readonly { zones: readonly string[]; ports: readonly number[]; handlers: readonly Handler[] }[];
  /** Ports of DNS. */
  ports: readonly number[];
  healthPort?: number;
  readyPort?: number;
  metricsPort?: number;
  /** From the signal to the end, ms. */
  lameduckMs: number;
  /** How often the file is looked at; absent: the plugin `reload` is off. */
  reload?: { intervalMs: number; jitterMs: number };
  /** Name servers of the root zone's block that looks for loops. */
  loopTargets: readonly string[];
}

const DNS_PORT = 53;
const DEFAULT_RELOAD_MS = 30_000;
const DEFAULT_JITTER_MS = 15_000;

export interface Source {
  text: string;
  path: string;
  env: Readonly<Record<string, string>>;
  read: World["read"];
}

/** Reads the files that the Corefile names. Throws CorefileError. */
export function configurationOf({ text, path, env, read }: Source): Configuration {
  const blocks = parseCorefile(text, path, env, isDirective);
  const all = blocks.flatMap(({ directives, keys }) => directives.map((directive) => ({ directive, keys })));
  const find = (name: string) => all.find(({ directive }) => directive.name === name);
  const portOf = (name: string, fallback: number) => {
    const found = find(name);
    if (!found) return undefined;
    const [address = ""] = new DirectiveReader(found.directive, found.keys).args();
    return Number(/:(\d+)$/.exec(address)?.[1] ?? fallback);
  };
  const served = blocks.map((block) => servedBlock(block, read));
  const [healthPort, readyPort, metricsPort] = [
    portOf("health", 8080),
    portOf("ready", 8181),
    portOf("prometheus", 9153),
  ];
  const reload = reloadOf(find("reload"));
  return {
    blocks: served,
    ports: [...new Set(served.flatMap(({ ports }) => ports))],
    ...(healthPort !== undefined && { healthPort }),
    ...(readyPort !== undefined && { readyPort }),
    ...(metricsPort !== undefined && { metricsPort }),
    lameduckMs: lameduckOf(find("health")),
    ...(reload && { reload }),
    loopTargets: blocks.flatMap((block) => loopTargetsOf(block, read)),
  };
}

function servedBlock({ keys, directives }: ServerBlock, read: World["read"]): Configuration["blocks"][number] {
  const handlers = PLUGINS.flatMap((plugin) => {
    const own = directives.filter(({ name }) => name === plugin.name);
    if (own.length > 1 && !plugin.isRepeatable)
      throw new CorefileError(`plugin/${plugin.name}: this plugin can only be used once per Server Block`);
    return own.flatMap((directive) => plugin.setup(new DirectiveReader(directive, keys), { read }) ?? []);
  });
  const ports = keys.map((key) => Number(/:(\d+)$/.exec(key)?.[1] ?? DNS_PORT));
  return { zones: keys.map(zoneOf), ports: [...new Set(ports)], handlers };
}

type Found = { directive: Directive; keys: readonly string[] } | undefined;

function lameduckOf(health: Found): number {
  if (!health) return 0;
  const reader = new DirectiveReader(health.directive, health.keys);
  while (reader.nextLine()) {
    if (reader.value !== "lameduck") throw reader.problem(`unknown property '${reader.value}'`);
    const [duration] = reader.args();
    if (duration === undefined) throw reader.argumentProblem();
    return durationMs(reader, duration);
  }
  return 0;
}

function reloadOf(reload: Found): Configuration["reload"] {
  if (!reload) return undefined;
  const reader = new DirectiveReader(reload.directive, reload.keys);
  const args = reader.args();
  if (args.length > 2) throw reader.argumentProblem();
  const [intervalMs = DEFAULT_RELOAD_MS, jitterMs = DEFAULT_JITTER_MS] = args.map((arg) => durationMs(reader, arg));
  if (intervalMs < 2000) throw reader.plainProblem("interval value must be greater or equal to 2s");
  return { intervalMs, jitterMs: Math.min(jitterMs, intervalMs / 2) };
}

function durationMs(reader: DirectiveReader, text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (!(error instanceof GoDurationError)) throw error;
    throw reader.plainProblem(error.message);
  }
}

/** Where a block with the plugin `loop` sends what it does not know itself. */
function loopTargetsOf({ keys, directives }: ServerBlock, read: World["read"]): string[] {
  if (!directives.some(({ name }) => name === "loop")) return [];
  return directives
    .filter(({ name }) => name === "forward")
    .flatMap((directive) => new DirectiveReader(directive, keys).args().slice(1))
    .flatMap((target) => serversOf(target, read));
}

/** The answer of the block with the longest zone that contains the name. */
export function answerQuery({ blocks }: Configuration, query: Query, port: number, world: World): Reply {
  let best: { zone: string; handlers: readonly Handler[] } | undefined;
  for (const { zones, ports, handlers } of blocks) {
    if (!ports.includes(port)) continue;
    for (const zone of zones) {
      if (isInZone(query.name, zone) && (!best || zone.length > best.zone.length)) best = { zone, handlers };
    }
  }
  return best ? run(best.handlers, query, world) : failure("REFUSED");
}

/** A query that no plugin answers is refused. */
function run([handler, ...rest]: readonly Handler[], query: Query, world: World): Reply {
  return handler ? handler(query, world, (next) => run(rest, next, world)) : failure("REFUSED");
}
