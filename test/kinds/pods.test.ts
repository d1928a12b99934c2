/** Refused pods, by field. The messages are from Kubernetes' pkg/apis/core/validation. */
import { describe, expect, test } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { create, lines } from "./strategies.ts";

function refusal(spec: object, container: object = {}): string[] {
  const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "i", ...container }], ...spec } };
  return lines(create(podKind, pod, { namespace: "default" }).errors);
}

test("a negative grace period becomes one second", () => {
  const spec = { containers: [{ name: "c", image: "i" }], terminationGracePeriodSeconds: -1 };
  const { object, errors } = create(podKind, { metadata: { name: "p" }, spec }, { namespace: "default" });
  expect(errors).toEqual([]);
  expect(object["spec"]).toMatchObject({ terminationGracePeriodSeconds: 1 });
});

test.each([{}, { containers: null }, { containers: [] }])("a pod without containers is refused: %j", (spec) => {
  const made = create(podKind, { metadata: { name: "p" }, spec }, { namespace: "default" });
  expect(lines(made.errors)).toEqual(["spec.containers: Required value"]);
});

describe("claims for devices", () => {
  test("of a pod have exactly one source each", () => {
    const resourceClaims = [
      { name: "a" },
      { name: "a", resourceClaimName: "x", resourceClaimTemplateName: "y" },
      { name: "", resourceClaimName: "B" },
    ];
    const at = "spec.resourceClaims";
    expect(refusal({ resourceClaims }).map((line) => line.replace(/: a lowercase.*/, ""))).toEqual([
      `${at}[0]: Invalid value: {"Name":"a","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: ` +
        "`resourceClaimName`, `resourceClaimTemplateName`",
      `${at}[1].name: Duplicate value: "a"`,
      `${at}[1]: Invalid value: {"Name":"a","ResourceClaimName":"x","ResourceClaimTemplateName":"y"}: at most one of ` +
        "`resourceClaimName` or `resourceClaimTemplateName` may be specified",
      `${at}[2].name: Required value`,
      `${at}[2].resourceClaimName: Invalid value: "B"`,
    ]);
  });

  test("of a container must be declared by the pod", () => {
    const claims = [{ name: "a" }, { name: "a", request: "r" }, { name: "b" }];
    const at = "spec.containers[0].resources.claims";
    const spec = { resourceClaims: [{ name: "a", resourceClaimName: "x" }] };
    expect(refusal(spec, { resources: { claims } })).toEqual([
      `${at}[1]: Duplicate value: "a"`,
      `${at}[2]: Not found: "b": must be one of the names in pod.spec.resourceClaims: a`,
    ]);
    expect(refusal({}, { resources: { claims: [{ name: "b" }] } })).toEqual([
      `${at}[0]: Not found: "b": must be one of the names in pod.spec.resourceClaims which is empty`,
    ]);
  });
});

test.each<[string, object, object, string[]]>([
  [
    "a resize policy",
    { restartPolicy: "Never" },
    {
      resizePolicy: [
        { resourceName: "disk", restartPolicy: "NotRequired" },
        { resourceName: "cpu", restartPolicy: "RestartContainer" },
        { resourceName: "cpu", restartPolicy: "NotRequired" },
      ],
    },
    [
      'spec.containers[0].resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
      "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy` is 'Never'",
      'spec.containers[0].resizePolicy[2]: Duplicate value: "cpu"',
    ],
  ],
  [
    "a container's own restart policy",
    {},
    {
      restartPolicy: "Sometimes",
      restartPolicyRules: [{ action: "Stop", exitCodes: { operator: "Is", values: [1] } }, { action: "Restart" }],
    },
    [
      'spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
      'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
      'spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
      "spec.containers[0].restartPolicyRules[1].exitCodes: Required value: must be specified",
    ],
  ],
  [
    "mounts and devices of one volume",
    { volumes: [{ name: "v" }] },
    { volumeMounts: [{ name: "v", mountPath: "/a" }], volumeDevices: [{ name: "v", devicePath: "/a" }] },
    [
      'spec.containers[0].volumeMounts[0].name: Invalid value: "v": must not already exist in volumeDevices',
      'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/a": must not already exist as a path in volumeDevices',
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v": must not already exist in volumeMounts',
      'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/a": must not already exist as a path in volumeMounts',
    ],
  ],
  [
    "how mounts spread",
    { volumes: [{ name: "v" }] },
    {
      volumeMounts: [
        { name: "v", mountPath: "/a", mountPropagation: "Bidirectional" },
        { name: "v", mountPath: "/b", mountPropagation: "Up" },
        { name: "v", mountPath: "/c", recursiveReadOnly: "Enabled" },
      ],
    },
    [
      "spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers",
      'spec.containers[0].volumeMounts.mountPropagation: Unsupported value: "Up": supported values: "Bidirectional", "HostToContainer", "None"',
      "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
    ],
  ],
  [
    "what projected sources make",
    {
      serviceAccountName: "s",
      volumes: [
        {
          name: "v",
          projected: {
            sources: [
              {
                secret: { name: "s", items: [{ key: "k", path: "p" }] },
                configMap: { name: "m", items: [{ key: "k", path: "p" }] },
              },
              { serviceAccountToken: { path: "..x" } },
              { serviceAccountToken: { path: "" } },
            ],
          },
        },
      ],
    },
    {},
    [
      "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
      'spec.volumes[0].projected: Invalid value: "m": conflicting duplicate paths',
      "spec.volumes[0].projected.path: Invalid value: \"..x\": must not start with '..'",
      "spec.volumes[0].projected.path: Required value",
    ],
  ],
  [
    "other volumes",
    {
      volumes: [
        { name: "a", gitRepo: { repository: "", directory: "../x" } },
        { name: "b", ephemeral: {} },
      ],
    },
    {},
    [
      "spec.volumes[0].gitRepo.repository: Required value",
      "spec.volumes[0].gitRepo.directory: Invalid value: \"../x\": must not contain '..'",
      "spec.volumes[1].ephemeral.volumeClaimTemplate: Required value",
    ],
  ],
  [
    "a claim within a volume",
    { volumes: [{ name: "a", ephemeral: { volumeClaimTemplate: { spec: {} } } }] },
    {},
    [
      "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required",
      "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
    ],
  ],
  [
    "a pod's security context",
    {
      shareProcessNamespace: true,
      hostPID: true,
      hostNetwork: true,
      securityContext: {
        sysctls: [
          { name: "A", value: "" },
          { name: "net.core.x", value: "1" },
          { name: "net.core.x", value: "2" },
        ],
        appArmorProfile: { type: "Localhost" },
        supplementalGroupsPolicy: "Loose",
      },
    },
    {},
    [
      "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled",
      'spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ' +
        "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
      "spec.securityContext.sysctls[1].name: Invalid value: \"net.core.x\": may not be specified when 'hostNetwork' is true",
      'spec.securityContext.sysctls[2].name: Duplicate value: "net.core.x"',
      "spec.securityContext.sysctls[2].name: Invalid value: \"net.core.x\": may not be specified when 'hostNetwork' is true",
      "spec.securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost",
      'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "Loose": supported values: "Merge", "Strict"',
    ],
  ],
  [
    "host names, users and systems",
    { hostUsers: false, hostIPC: true, hostnameOverride: "x", setHostnameAsFQDN: true, os: { name: "plan9" } },
    {},
    [
      "spec.HostIPC: Forbidden: when `hostUsers` is false",
      "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true",
      'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"',
    ],
  ],
  [
    "search domains",
    { dnsConfig: { searches: [".", "_a.b_c.", "-"] } },
    {},
    [
      "spec.dnsConfig.searches[2]: Invalid value: \"-\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', " +
        "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
        "'_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
])("%s", (_part, spec, container, expected) => {
  expect(refusal(spec, container)).toEqual(expected);
});
