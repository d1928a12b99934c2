/** Settings of a Kafka broker: its file of properties, and the variables by which images set them. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView } from "../../../shell/program.ts";

/**
 * A property by its name: a variable (`KAFKA_LOG_DIRS`, `KAFKA_CFG_LOG_DIRS`) or a line of the file that the command line
 * names. Undefined if it is not set.
 */
export function settingOf(process: ProcessView, name: string): string | undefined {
  const variable = name.toUpperCase().replaceAll(".", "_");
  const set = process.env[`KAFKA_${variable}`] || process.env[`KAFKA_CFG_${variable}`];
  return set || propertyOf(process, name);
}

function propertyOf({ argv, files }: ProcessView, name: string): string | undefined {
  const path = argv.find((arg) => arg.endsWith(".properties"));
  if (path === undefined) return undefined;
  try {
    const line = files
      .read(path)
      .split("\n")
      .find((each) => each.startsWith(`${name}=`));
    return line?.slice(name.length + 1).trim();
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** Ports of `listeners`: `CLIENT://:9092,CONTROLLER://:9093`. */
export function listenersOf(process: ProcessView): number[] {
  const ports = [...(settingOf(process, "listeners") ?? "").matchAll(/:(\d+)(?=,|$)/g)].map(([, port]) => Number(port));
  return ports.length > 0 ? [...new Set(ports)] : [9092, 9093];
}

/** Hosts of the cluster's nodes, the first of which holds all topics: `1@kafka-0.kafka:9093,2@kafka-1.kafka:9093`. */
export function nodesOf(process: ProcessView): string[] {
  const voters =
    settingOf(process, "controller.quorum.bootstrap.servers") ?? settingOf(process, "controller.quorum.voters");
  return (voters ?? "").split(",").flatMap((voter) => /^(?:\d+@)?([^:@]+):\d+/.exec(voter.trim())?.[1] ?? []);
}
