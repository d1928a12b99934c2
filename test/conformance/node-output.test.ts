/**
 * Tests of sig-node in which a pod runs to its end and its log is read.
 * Kubernetes: test/e2e/common/node (configmap, containers, downwardapi, expansion, secrets, security_context, kubelet)
 */
import { AGNHOST, agnhost, BUSYBOX, busybox, configMap, NONEWPRIVS, pod, secret } from "./objects.ts";
import { type OutputCase, outputCases } from "./output-case.ts";

const DATA = { "data-1": "value-1", "data-2": "value-2", "data-3": "value-3" };
const SECRET_DATA = { "data-1": "value-1\n", "data-2": "value-2\n", "data-3": "value-3\n" };
const ENV = ["sh", "-c", "env"];
const RESOURCES = { requests: { cpu: "250m", memory: "32Mi" }, limits: { cpu: "1250m", memory: "64Mi" } };

function fieldRef(name: string, fieldPath: string) {
  return { name, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
}

function resourceFieldRef(name: string, resource: string) {
  return { name, valueFrom: { resourceFieldRef: { resource } } };
}

function entrypoint(more: object) {
  return pod("client-containers", [{ image: AGNHOST, ...more }]);
}

function expansion(container: object, volumes: object[] = []) {
  return pod("var-expansion", [{ image: BUSYBOX, ...container }], { volumes });
}

const environment: OutputCase[] = [
  {
    title: "ConfigMap should be consumable via environment variable",
    objects: () => [configMap("configmap-test", DATA)],
    pod: () =>
      pod("pod-configmaps", [
        {
          image: BUSYBOX,
          command: ENV,
          env: [{ name: "CONFIG_DATA_1", valueFrom: { configMapKeyRef: { name: "configmap-test", key: "data-1" } } }],
        },
      ]),
    output: ["CONFIG_DATA_1=value-1"],
  },
  {
    title: "ConfigMap should be consumable via the environment",
    objects: () => [configMap("configmap-test", { data_1: "value-1", data_2: "value-2", data_3: "value-3" })],
    pod: () =>
      pod("pod-configmaps", [
        {
          image: BUSYBOX,
          command: ENV,
          envFrom: [
            { configMapRef: { name: "configmap-test" } },
            { prefix: "p-", configMapRef: { name: "configmap-test" } },
          ],
        },
      ]),
    output: ["data_1=value-1", "data_2=value-2", "data_3=value-3", "p-data_1=value-1", "p-data_2=value-2"],
  },
  {
    title: "ConfigMap should be consumable as environment variable names with various prefixes",
    objects: () => [configMap("configmap-test", DATA)],
    pod: () =>
      pod("pod-configmaps", [
        {
          image: BUSYBOX,
          command: ENV,
          envFrom: [
            { configMapRef: { name: "configmap-test" } },
            { prefix: "p-", configMapRef: { name: "configmap-test" } },
            { prefix: "1-", configMapRef: { name: "configmap-test" } },
            { prefix: "$_-", configMapRef: { name: "configmap-test" } },
          ],
        },
      ]),
    output: ["data-1=value-1", "p-data-1=value-1", "1-data-2=value-2", "$_-data-3=value-3"],
  },
  {
    title: "Secrets should be consumable from pods in env vars",
    objects: () => [secret("secret-test", SECRET_DATA)],
    pod: () =>
      pod("pod-secrets", [
        {
          image: BUSYBOX,
          command: ENV,
          env: [{ name: "SECRET_DATA", valueFrom: { secretKeyRef: { name: "secret-test", key: "data-1" } } }],
        },
      ]),
    output: ["SECRET_DATA=value-1"],
  },
  {
    title: "Secrets should be consumable via the environment",
    objects: () => [secret("secret-test", { data_1: "value-1\n", data_2: "value-2\n", data_3: "value-3\n" })],
    pod: () =>
      pod("pod-configmaps", [
        {
          image: BUSYBOX,
          command: ENV,
          envFrom: [{ secretRef: { name: "secret-test" } }, { prefix: "p-", secretRef: { name: "secret-test" } }],
        },
      ]),
    output: ["data_1=value-1", "data_2=value-2", "data_3=value-3", "p-data_1=value-1", "p-data_3=value-3"],
  },
  {
    title: "Secrets should be consumable as environment variable names variable names with various prefixes",
    objects: () => [secret("secret-test", SECRET_DATA)],
    pod: () =>
      pod("pod-secrets", [
        {
          image: BUSYBOX,
          command: ENV,
          envFrom: [
            { secretRef: { name: "secret-test" } },
            { prefix: "p-", secretRef: { name: "secret-test" } },
            { prefix: "1-", secretRef: { name: "secret-test" } },
            { prefix: "$_-", secretRef: { name: "secret-test" } },
          ],
        },
      ]),
    output: ["data-1=value-1", "p-data-1=value-1", "1-data-2=value-2", "$_-data-3=value-3"],
  },
];

const downwardApi: OutputCase[] = [
  {
    title: "Downward API should provide pod name, namespace and IP address as env vars",
    pod: () =>
      pod("downward-api", [
        {
          image: BUSYBOX,
          command: ENV,
          env: [
            fieldRef("POD_NAME", "metadata.name"),
            fieldRef("POD_NAMESPACE", "metadata.namespace"),
            fieldRef("POD_IP", "status.podIP"),
          ],
        },
      ]),
    output: ({ metadata }) => ["POD_NAME=downward-api", `POD_NAMESPACE=${metadata.namespace}`, /POD_IP=[\d.]{7,}/],
  },
  {
    title: "Downward API should provide host IP as an env var",
    pod: () => pod("downward-api", [{ image: BUSYBOX, command: ENV, env: [fieldRef("HOST_IP", "status.hostIP")] }]),
    output: ({ status }) => [`HOST_IP=${status.hostIP}`],
  },
  {
    title: "Downward API should provide hostIPs as an env var",
    pod: () =>
      pod("downward-api", [
        {
          image: BUSYBOX,
          command: ENV,
          env: [fieldRef("HOST_IP", "status.hostIP"), fieldRef("HOST_IPS", "status.hostIPs")],
        },
      ]),
    output: ({ status }) => [`HOST_IP=${status.hostIP}`, `HOST_IPS=${status.hostIPs[0].ip}`],
  },
  {
    title: "Downward API should provide container's limits.cpu/memory and requests.cpu/memory as env vars",
    pod: () => pod("downward-api", [{ image: BUSYBOX, command: ENV, resources: RESOURCES, env: resourceVariables() }]),
    output: ["CPU_LIMIT=2", "MEMORY_LIMIT=67108864", "CPU_REQUEST=1", "MEMORY_REQUEST=33554432"],
  },
  {
    title: "Downward API should provide default limits.cpu/memory from node allocatable",
    pod: () =>
      pod("downward-api", [
        {
          image: BUSYBOX,
          command: ENV,
          env: [resourceFieldRef("CPU_LIMIT", "limits.cpu"), resourceFieldRef("MEMORY_LIMIT", "limits.memory")],
        },
      ]),
    output: [/CPU_LIMIT=[1-9]/, /MEMORY_LIMIT=[1-9]/],
  },
  {
    title: "Downward API should provide pod UID as env vars",
    pod: () => pod("downward-api", [{ image: BUSYBOX, command: ENV, env: [fieldRef("POD_UID", "metadata.uid")] }]),
    output: ({ metadata }) => [`POD_UID=${metadata.uid}`, /POD_UID=[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}/],
  },
];

function resourceVariables() {
  return [
    resourceFieldRef("CPU_LIMIT", "limits.cpu"),
    resourceFieldRef("MEMORY_LIMIT", "limits.memory"),
    resourceFieldRef("CPU_REQUEST", "requests.cpu"),
    resourceFieldRef("MEMORY_REQUEST", "requests.memory"),
  ];
}

const commands: OutputCase[] = [
  {
    title: "Containers should be able to override the image's default arguments (container cmd)",
    pod: () => entrypoint({ args: ["entrypoint-tester", "override", "arguments"] }),
    output: ["[/agnhost entrypoint-tester override arguments]"],
  },
  {
    title: "Containers should be able to override the image's default command (container entrypoint)",
    pod: () => entrypoint({ command: ["/agnhost-2", "entrypoint-tester"] }),
    output: ["[/agnhost-2 entrypoint-tester]"],
  },
  {
    title: "Containers should be able to override the image's default command and arguments",
    pod: () => entrypoint({ command: ["/agnhost-2"], args: ["entrypoint-tester", "override", "arguments"] }),
    output: ["[/agnhost-2 entrypoint-tester override arguments]"],
  },
  {
    title: "Variable Expansion should allow composing env vars into new env vars",
    pod: () =>
      expansion({
        command: ENV,
        env: [
          { name: "FOO", value: "foo-value" },
          { name: "BAR", value: "bar-value" },
          { name: "FOOBAR", value: "$(FOO);;$(BAR)" },
        ],
      }),
    output: ["FOO=foo-value", "BAR=bar-value", "FOOBAR=foo-value;;bar-value"],
  },
  {
    title: "Variable Expansion should allow substituting values in a container's command",
    pod: () =>
      expansion({
        command: ["sh", "-c", 'TEST_VAR=wrong echo "$(TEST_VAR)"'],
        env: [{ name: "TEST_VAR", value: "test-value" }],
      }),
    output: [/^test-value\n$/],
  },
  {
    title: "Variable Expansion should allow substituting values in a container's args",
    pod: () =>
      expansion({
        command: ["sh", "-c"],
        args: ['TEST_VAR=wrong echo "$(TEST_VAR)"'],
        env: [{ name: "TEST_VAR", value: "test-value" }],
      }),
    output: [/^test-value\n$/],
  },
  {
    title: "Variable Expansion should allow substituting values in a volume subpath",
    pod: () =>
      expansion(
        {
          command: ["sh", "-c", "test -d /testcontainer/var-expansion;echo $?"],
          env: [{ name: "POD_NAME", value: "var-expansion" }],
          volumeMounts: [
            { name: "workdir1", mountPath: "/logscontainer", subPathExpr: "$(POD_NAME)" },
            { name: "workdir1", mountPath: "/testcontainer" },
          ],
        },
        [{ name: "workdir1", emptyDir: {} }],
      ),
    output: [/^0\n$/],
  },
];

const security: OutputCase[] = [
  {
    title: "Security Context When creating a container with runAsUser should run the container with uid 65534",
    pod: () => pod("busybox-user", [busybox("test $(id -u) -eq 65534", { securityContext: { runAsUser: 65534 } })]),
    output: [/^$/],
  },
  {
    title:
      "Security Context When creating a pod with readOnlyRootFilesystem should run the container with writable rootfs " +
      "when readOnlyRootFilesystem=false",
    pod: () =>
      pod("busybox-readonly", [busybox("touch checkfile", { securityContext: { readOnlyRootFilesystem: false } })]),
    output: [/^$/],
  },
  {
    title: "Security Context When creating a pod with privileged should run the container as unprivileged when false",
    pod: () =>
      pod("busybox-privileged", [
        busybox("ip link add dummy0 type dummy || true", { securityContext: { privileged: false } }),
      ]),
    output: ["Operation not permitted"],
  },
  {
    title:
      "Security Context when creating containers with AllowPrivilegeEscalation should not allow privilege escalation " +
      "when false",
    pod: () =>
      pod("alpine-nnp-false", [
        { image: NONEWPRIVS, securityContext: { allowPrivilegeEscalation: false, runAsUser: 1000 } },
      ]),
    output: ["Effective uid: 1000"],
  },
  {
    title: "Security Context should support pod.Spec.SecurityContext.RunAsUser And pod.Spec.SecurityContext.RunAsGroup",
    pod: () => pod("security-context", [busybox("id")], { securityContext: { runAsUser: 1001, runAsGroup: 2002 } }),
    output: ["uid=1001", "gid=2002"],
  },
  {
    title:
      "Security Context should support container.SecurityContext.RunAsUser And container.SecurityContext.RunAsGroup",
    pod: () => pod("security-context", [busybox("id", { securityContext: { runAsUser: 1001, runAsGroup: 2002 } })]),
    output: ["uid=1001", "gid=2002"],
  },
];

const others: OutputCase[] = [
  {
    title: "Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts",
    pod: () =>
      pod("agnhost-host-aliases", [agnhost(["etc-hosts"])], {
        hostAliases: [{ ip: "123.45.67.89", hostnames: ["foo", "bar"] }],
      }),
    output: ["123.45.67.89\tfoo\tbar"],
  },
  {
    title: "Sysctls [LinuxOnly] should support sysctls",
    pod: () =>
      pod(
        "sysctl",
        [busybox("/bin/sysctl kernel.shm_rmid_forced", { command: ["/bin/sysctl", "kernel.shm_rmid_forced"] })],
        {
          securityContext: { sysctls: [{ name: "kernel.shm_rmid_forced", value: "1" }] },
        },
      ),
    output: ["kernel.shm_rmid_forced = 1"],
  },
  {
    title: "Pods should contain environment variables for services",
    objects: () => [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "fooservice", labels: { name: "fooservice" } },
        spec: { ports: [{ port: 8765, targetPort: 8080 }], selector: { name: "server-envvars" } },
      },
    ],
    pod: () => pod("client-envvars", [busybox("env")]),
    output: [
      "FOOSERVICE_SERVICE_HOST=",
      "FOOSERVICE_SERVICE_PORT=",
      "FOOSERVICE_PORT=",
      "FOOSERVICE_PORT_8765_TCP_PORT=",
      "FOOSERVICE_PORT_8765_TCP_PROTO=",
      "FOOSERVICE_PORT_8765_TCP=",
      "FOOSERVICE_PORT_8765_TCP_ADDR=",
    ],
  },
];

outputCases("[sig-node]", [...environment, ...downwardApi, ...commands, ...security, ...others]);
