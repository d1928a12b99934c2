/** Ends of commands that the kubelet runs in a container. Kubernetes: pkg/kubelet/lifecycle/handlers.go */
import type { Happening } from "./happening.ts";
import type { LiveContainer } from "./live.ts";
import { software } from "./software.ts";
import type { Task } from "./task.ts";

/** The tasks whose commands have ended. */
export function endedTasks(live: LiveContainer, atMs: number): Happening[] {
  const { machine } = software();
  return live.run.tasks.flatMap((task) => {
    const end = machine.sessionEnd(live.run.machine, task.session);
    return end ? [endTask(live, task, { atMs, exitCode: end.status })] : [];
  });
}

/** Kills the processes of a task whose time is over. */
export function abortTask(
  pod: { moveTo(live: LiveContainer, atMs: number): void },
  live: LiveContainer,
  { task, atMs }: { task: Task; atMs: number },
): Happening {
  const { machine } = software();
  pod.moveTo(live, atMs);
  for (const process of Object.values(live.run.machine.processes)) {
    if (process.session === task.session) machine.signal(live.run.machine, process.pid, "KILL", live.system);
  }
  return endTask(live, task, { atMs });
}

/** Closes the session of a task. Without an exit code the task was aborted. */
export function endTask(live: LiveContainer, task: Task, end: { atMs: number; exitCode?: number }): Happening {
  live.run.tasks = live.run.tasks.filter((one) => one !== task);
  software().machine.closeSession(live.run.machine, task.session, live.system);
  const { purpose, output } = task;
  return { type: "task", container: live.container.spec.name, atMs: end.atMs, end: { purpose, output, ...end } };
}
