/** Connections to containers. */
import type { CommandStory } from "./story.ts";

const TWO = `apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers:
  - {name: a, image: busybox, command: [sleep, "100000"]}
  - {name: b, image: busybox, command: [sleep, "100000"]}
`;

export const STREAM_STORY: CommandStory = {
  title: "exec and attach",
  files: { "two.yaml": TWO, "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\n" },
  prepare: [
    "run one --image=busybox -- sleep 100000",
    "run done --image=busybox --restart=Never -- true",
    "create deployment web --image=nginx",
    "expose deployment web --port=80",
    "create configmap text --from-literal=a=b",
    "apply -f two.yaml",
    "wait --for=condition=Ready pod/one pod/two --timeout=60s",
    "rollout status deployment web",
    "wait --for=jsonpath={.status.phase}=Succeeded pod/done --timeout=60s",
  ],
  reads: [
    "exec one -- echo hi",
    "exec one -- sh -c 'echo out; echo err >&2; exit 3'",
    "exec deploy/web -- printenv NGINX_VERSION",
    "exec svc/web -- printenv NGINX_VERSION",
    "exec pod/one -- hostname",
    ["exec -i one -- cat", "two\nlines\n"],
    ["exec -it one -- echo hi", ""],
    ["exec -it -q one -- echo hi", ""],
    "exec one -t -- echo hi",
    "exec nope -- date",
    "exec deploy/nope -- date",
    "exec cm/text -- date",
    "exec foo/one -- date",
    "exec one",
    "exec",
    "exec -- date",
    "exec one date",
    "exec one two -- date",
    "exec one --",
    "exec one -c nope -- date",
    "exec two -- hostname",
    "exec two -q -- hostname",
    "exec two -c nope -- hostname",
    "exec two -c b -- sh -c 'exit 7'",
    "exec one -- nope",
    "exec one -- /etc",
    "exec done -- date",
    "exec one -n nowhere -- date",
    "exec one --frob -- date",
    "exec -f pod.yaml -- hostname",
    "exec -f nope.yaml -- hostname",
    "attach",
    "attach a b c",
    "attach nope",
    "attach done",
    "attach one --pod-running-timeout=0s",
    "attach one -c nope",
    "attach two --pod-running-timeout=frob",
    "get pod x -n nowhere",
    "get deploy/web pod/one -n nowhere",
    "describe pod x -n nowhere",
    "label pod x a=b -n nowhere",
    "logs x -n nowhere",
    "logs deploy/x -n nowhere",
    "delete pod x -n nowhere",
    "scale deploy x --replicas=1 -n nowhere",
    "rollout status deploy x -n nowhere",
    "get pod x -n nowhere -o yaml",
    "wait pod x --for=condition=Ready -n nowhere",
    "set image deploy/x a=b -n nowhere",
    "expose deploy x -n nowhere --port=80",
    "patch pod x -p '{}' -n nowhere",
    "autoscale deploy x --max=3 -n nowhere",
    "edit pod x -n nowhere",
  ],
};
