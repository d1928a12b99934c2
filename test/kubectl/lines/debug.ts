/** `debug`: containers in pods, copies of pods, and pods on nodes. Names that are drawn are given with `-c`. */
import type { CommandStory } from "./story.ts";

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: app
  labels: {app: app}
  annotations: {note: x}
spec:
  containers:
  - name: app
    image: busybox
    command: [sleep, "100000"]
    livenessProbe: {exec: {command: ["true"]}}
  - name: side
    image: busybox
    command: [sleep, "100000"]
`;

const SPEC = "-o jsonpath={.spec.containers[*].name}:{.spec.containers[*].image}:{.spec.shareProcessNamespace}";
const SECURITY = '-o jsonpath={.spec.containers[?(@.name=="d")].securityContext}';

export const DEBUG_STORY: CommandStory = {
  title: "debug",
  files: { "app.yaml": POD, "custom.yaml": "env: [{name: A, value: b}]\n" },
  prepare: ["apply -f app.yaml", "wait --for=condition=Ready pod/app --timeout=60s", "create configmap text"],
  changes: [
    "debug",
    "debug app",
    "debug --image=busybox",
    "debug app --image=BAD:x:y",
    "debug app --image=busybox --profile=frob",
    "debug app --image=busybox --replace",
    "debug app --image=busybox --same-node",
    "debug app --image=busybox --set-image=a=b",
    "debug app --image=busybox -t",
    "debug app --image=busybox --image-pull-policy=frob",
    "debug app --copy-to=b",
    "debug app --copy-to=b -- sh",
    "debug app --copy-to=b --image=busybox --target=app",
    "debug app --attach",
    "debug nope --image=busybox",
    "debug cm/text --image=busybox",
    "debug app --image=busybox -c one -- sleep 1000",
    "get pod app -o jsonpath={.spec.ephemeralContainers[0].command}",
    "debug app --image=busybox -c one -- sleep 1000",
    "debug app --image=busybox -c two --profile=general --target=app -- sleep 1000",
    "get pod app -o jsonpath={.spec.ephemeralContainers[1].securityContext}{.spec.ephemeralContainers[1].targetContainerName}",
    "debug app --image=busybox -c three --profile=restricted --arguments-only -- sleep 1000",
    "debug app --image=busybox -c four --profile=netadmin --env=A=b -- sleep 1000",
    "debug app --image=busybox -c five --profile=sysadmin -q -- sleep 1000",
    "debug app --image=busybox -c six --profile=baseline --custom=custom.yaml -- sleep 1000",
    "get pod app -o jsonpath={.spec.ephemeralContainers[*].securityContext}{.spec.ephemeralContainers[3].env}{.spec.ephemeralContainers[5].env}",
    "debug app --image=busybox -c seven -i --profile=general -- sh -c 'sleep 3; echo seen'",
    "debug app --image=busybox -c eight --attach -q --profile=general -- sh -c 'sleep 3; echo seen'",
    "debug app --copy-to=copy1 --image=busybox -c d --profile=general -- sleep 1000",
    `get pod copy1 ${SPEC}`,
    `get pod copy1 ${SECURITY}`,
    "get pod copy1 -o jsonpath={.metadata.labels}{.metadata.annotations}{.spec.containers[0].livenessProbe}",
    "debug app --copy-to=copy2 --set-image=*=nginx",
    `get pod copy2 ${SPEC}`,
    "get pod copy2 -o jsonpath={.metadata.labels}{.metadata.annotations}",
    "debug app --copy-to=copy3 -c app --profile=sysadmin -- sleep 5000",
    "get pod copy3 -o jsonpath={.spec.containers[0].command}{.spec.containers[0].securityContext}",
    "debug app --copy-to=copy4 --image=nginx -c d --set-image=side=nginx --share-processes=false --keep-labels --keep-liveness --profile=baseline",
    `get pod copy4 ${SPEC}`,
    "get pod copy4 -o jsonpath={.metadata.labels}{.spec.containers[0].livenessProbe.exec}",
    "debug app --copy-to=copy4 --image=nginx -c d --profile=general",
    "debug app --copy-to=copy5 --replace --image=nginx -c d --profile=general",
    "debug node/node-1 --image=busybox -q --profile=general -- sleep 1000",
    "get pods -l app.kubernetes.io/managed-by=kubectl-debug -o jsonpath={.items[*].spec.hostPID}{.items[*].spec.volumes[0]}{.items[*].spec.containers[0].volumeMounts[0]}",
    "debug node/node-1 --image=busybox -q -i --profile=sysadmin -- sh -c 'ls /host; sleep 2; echo end'",
    "debug node/nope --image=busybox",
  ],
};
