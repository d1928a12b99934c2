/** The metrics that Go's client and its process collector add to each page. */
import type { ProcessView } from "../../../shell/program.ts";
import { constant, counter, gauge, type MetricFamily } from "./page.ts";

export interface GoProcess {
  startedMs: number;
  memoryBytes: number;
  /** Share of a CPU that it takes while it runs. */
  cpus: number;
  goVersion: string;
}

export function goProcessFamilies(
  process: ProcessView,
  { startedMs, memoryBytes, cpus, goVersion }: GoProcess,
): MetricFamily[] {
  const heap = Math.round(memoryBytes * 0.4);
  return [
    gauge("go_goroutines", "Number of goroutines that currently exist.", constant(12, {}, startedMs)),
    gauge("go_info", "Information about the Go environment.", constant(1, { version: goVersion }, startedMs)),
    gauge(
      "go_memstats_alloc_bytes",
      "Number of bytes allocated in heap and currently in use.",
      constant(heap, {}, startedMs),
    ),
    gauge("go_threads", "Number of OS threads created.", constant(process.host.cpus + 5, {}, startedMs)),
    counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", {
      points: [[startedMs, 0.05, cpus]],
    }),
    gauge("process_max_fds", "Maximum number of open file descriptors.", constant(1_048_576, {}, startedMs)),
    gauge("process_open_fds", "Number of open file descriptors.", constant(10, {}, startedMs)),
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", constant(memoryBytes, {}, startedMs)),
    gauge(
      "process_start_time_seconds",
      "Start time of the process since unix epoch in seconds.",
      constant(Math.round(startedMs / 10) / 100, {}, startedMs),
    ),
  ];
}
