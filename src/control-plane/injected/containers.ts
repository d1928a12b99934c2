/** A container that is killed: by an administrator on the node, or by the kernel because memory has run out. */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import type { ContainerFault } from "../../kinds/injected/specs.ts";
import { killContainer } from "../../kubelet/interference.ts";
import type { FaultHooks } from "./hooks.ts";

export const containerKilled: FaultHooks<ContainerFault> = {
  isMomentary: true,
  begin: (tx, spec) => kill(tx, spec, {}),
};

export const outOfMemory: FaultHooks<ContainerFault> = {
  isMomentary: true,
  begin: (tx, spec) => kill(tx, spec, { wasOomKilled: true }),
};

function kill(
  tx: Transaction,
  { namespace, pod: name, container }: ContainerFault,
  end: { wasOomKilled?: boolean },
): void {
  const pod = tx.get(podKind, namespace, name);
  if (pod) killContainer(tx, pod, container ?? pod.spec.containers[0]?.name ?? "", end);
}
