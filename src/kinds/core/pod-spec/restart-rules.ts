/**
 * Restart policies and rules of single containers.
 * Kubernetes: pkg/kubelet/container/helpers.go, pkg/api/v1/pod/util.go (`ContainerShouldRestart`); KEP-5307, KEP-5532
 */
import type { Container, EphemeralContainer, Pod } from "../../../schema/index.ts";

const RESTART_ALL = "RestartAllContainers";

type AnyContainer = Container | EphemeralContainer;
type RestartRule = NonNullable<Container["restartPolicyRules"]>[number];

/** The rule of the container that matches the exit code. All actions restart the container. */
export function restartRuleOf({ restartPolicyRules }: AnyContainer, exitCode: number): RestartRule | undefined {
  return restartPolicyRules?.find(({ exitCodes }) => {
    const isListed = exitCodes?.values?.includes(exitCode) ?? false;
    return exitCodes?.operator === "NotIn" ? !isListed : isListed;
  });
}

/** Whether the exit code restarts all containers of the pod. */
export function restartsAllContainers(container: AnyContainer, exitCode: number): boolean {
  return restartRuleOf(container, exitCode)?.action === RESTART_ALL;
}

/** Whether any rule of the pod may restart all its containers. */
export function mayRestartAllContainers({ initContainers = [], containers }: Pod["spec"]): boolean {
  return [...initContainers, ...containers].some(({ restartPolicyRules }) =>
    restartPolicyRules?.some(({ action }) => action === RESTART_ALL),
  );
}

/** Whether a main container that ended with this exit code may run again. */
export function mayRunAgain(spec: Pod["spec"], name: string, exitCode: number): boolean {
  const container = spec.containers.find((each) => each.name === name);
  if (mayRestartAllContainers(spec) || (container && restartRuleOf(container, exitCode))) return true;
  const policy = container?.restartPolicy ?? spec.restartPolicy ?? "Always";
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}
