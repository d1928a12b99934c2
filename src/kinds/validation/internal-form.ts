/**
 * Parts of objects in the form of Kubernetes' internal types, as some refusals print them: with the names of the Go
 * fields, and with every unset field. Fields without a description here are printed unchanged.
 */
import type {
  CSINodeDriver,
  IntOrString,
  JobSpec,
  ParentReference,
  PersistentVolumeClaimSpec,
  PersistentVolumeSpec,
  PodSpec,
  PodTemplateSpec,
  ResourceClaimSpec,
  ResourceClaimTemplateSpec,
  VolumeAttachmentSpec,
  VolumeNodeAffinity,
} from "../../schema/index.ts";

/**
 * The fields of each type in order: `Name`, its form when unset (`s` string, `n` number, `b` boolean, `p` null) and,
 * after `>`, the type of its value. `o` is a struct that is never null.
 */
const TYPES: Readonly<Record<string, string>> = {
  PodSpec:
    "Volumes:p>Volume InitContainers:p>Container Containers:p>Container EphemeralContainers:p>EphemeralContainer " +
    "RestartPolicy:s TerminationGracePeriodSeconds:p ActiveDeadlineSeconds:p DNSPolicy:s NodeSelector:p ServiceAccountName:s " +
    "AutomountServiceAccountToken:p NodeName:s SecurityContext:p>PodSecurityContext ImagePullSecrets:p>Reference Hostname:s " +
    "Subdomain:s SetHostnameAsFQDN:p Affinity:p>Affinity SchedulerName:s Tolerations:p>Toleration HostAliases:p>HostAlias " +
    "PriorityClassName:s Priority:p PreemptionPolicy:p DNSConfig:p>DNSConfig ReadinessGates:p>ReadinessGate " +
    "RuntimeClassName:p Overhead:p EnableServiceLinks:p TopologySpreadConstraints:p>TopologySpread OS:p>Reference " +
    "SchedulingGates:p>Reference ResourceClaims:p Resources:p>Resources HostnameOverride:p SchedulingGroup:p",
  PodSecurityContext:
    "HostNetwork:b HostPID:b HostIPC:b ShareProcessNamespace:p HostUsers:p SELinuxOptions:p WindowsOptions:p RunAsUser:p " +
    "RunAsGroup:p RunAsNonRoot:p SupplementalGroups:p SupplementalGroupsPolicy:p FSGroup:p FSGroupChangePolicy:p " +
    "Sysctls:p>Sysctl SeccompProfile:p>Profile AppArmorProfile:p>Profile SELinuxChangePolicy:p",
  Container:
    "Name:s Image:s Command:p Args:p WorkingDir:s Ports:p>Port EnvFrom:p>EnvFrom Env:p>EnvVar Resources:o>Resources " +
    "ResizePolicy:p RestartPolicy:p RestartPolicyRules:p VolumeMounts:p>Mount VolumeDevices:p>Device LivenessProbe:p>Probe " +
    "ReadinessProbe:p>Probe StartupProbe:p>Probe Lifecycle:p>Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s " +
    "ImagePullPolicy:s SecurityContext:p>SecurityContext Stdin:b StdinOnce:b TTY:b",
  Port: "Name:s HostPort:n ContainerPort:n Protocol:s HostIP:s",
  EnvFrom: "Prefix:s ConfigMapRef:p>OptionalReference SecretRef:p>OptionalReference",
  EnvVar: "Name:s Value:s ValueFrom:p>EnvVarSource",
  EnvVarSource:
    "FieldRef:p>FieldReference ResourceFieldRef:p>ResourceReference ConfigMapKeyRef:p>KeyReference SecretKeyRef:p>KeyReference " +
    "FileKeyRef:p",
  FieldReference: "APIVersion:s FieldPath:s",
  ResourceReference: "ContainerName:s Resource:s Divisor:s",
  KeyReference: "Name:s Key:s Optional:p",
  Reference: "Name:s",
  OptionalReference: "Name:s Optional:p",
  Resources: "Limits:p Requests:p Claims:p",
  Mount: "Name:s ReadOnly:b RecursiveReadOnly:p MountPath:s SubPath:s MountPropagation:p SubPathExpr:s",
  Device: "Name:s DevicePath:s",
  Probe:
    "Exec:p>Exec HTTPGet:p>HTTPGet TCPSocket:p>TCPSocket GRPC:p>GRPC InitialDelaySeconds:n TimeoutSeconds:n PeriodSeconds:n " +
    "SuccessThreshold:n FailureThreshold:n TerminationGracePeriodSeconds:p",
  Lifecycle: "PostStart:p>Handler PreStop:p>Handler StopSignal:p",
  Handler: "Exec:p>Exec HTTPGet:p>HTTPGet TCPSocket:p>TCPSocket Sleep:p>Sleep",
  Exec: "Command:p",
  HTTPGet: "Path:s Port:n Host:s Scheme:s HTTPHeaders:p>Header",
  Header: "Name:s Value:s",
  TCPSocket: "Port:n Host:s",
  GRPC: "Port:n Service:p",
  Sleep: "Seconds:n",
  SecurityContext:
    "Capabilities:p>Capabilities Privileged:p SELinuxOptions:p WindowsOptions:p RunAsUser:p RunAsGroup:p RunAsNonRoot:p " +
    "ReadOnlyRootFilesystem:p AllowPrivilegeEscalation:p ProcMount:p SeccompProfile:p>Profile AppArmorProfile:p>Profile",
  Capabilities: "Add:p Drop:p",
  Profile: "Type:s LocalhostProfile:p",
  Sysctl: "Name:s Value:s",
  Volume:
    "Name:s HostPath:p>HostPath EmptyDir:p>EmptyDir GCEPersistentDisk:p AWSElasticBlockStore:p GitRepo:p Secret:p>SecretVolume " +
    "NFS:p>NFS ISCSI:p Glusterfs:p PersistentVolumeClaim:p>ClaimVolume RBD:p Quobyte:p FlexVolume:p Cinder:p CephFS:p Flocker:p " +
    "DownwardAPI:p>DownwardVolume FC:p AzureFile:p ConfigMap:p>ConfigMapVolume VsphereVolume:p AzureDisk:p " +
    "PhotonPersistentDisk:p Projected:p>Projected PortworxVolume:p ScaleIO:p StorageOS:p CSI:p Ephemeral:p Image:p>ImageVolume",
  HostPath: "Path:s Type:p",
  EmptyDir: "Medium:s SizeLimit:p",
  SecretVolume: "SecretName:s Items:p>KeyToPath DefaultMode:p Optional:p",
  ConfigMapVolume: "Name:s Items:p>KeyToPath DefaultMode:p Optional:p",
  KeyToPath: "Key:s Path:s Mode:p",
  NFS: "Server:s Path:s ReadOnly:b",
  ClaimVolume: "ClaimName:s ReadOnly:b",
  DownwardVolume: "Items:p>DownwardFile DefaultMode:p",
  DownwardFile: "Path:s FieldRef:p>FieldReference ResourceFieldRef:p>ResourceReference Mode:p",
  ImageVolume: "Reference:s PullPolicy:s",
  Projected: "Sources:p>Projection DefaultMode:p",
  Projection:
    "Secret:p>ProjectedKeys DownwardAPI:p>ProjectedFiles ConfigMap:p>ProjectedKeys ServiceAccountToken:p>ProjectedToken " +
    "ClusterTrustBundle:p PodCertificate:p",
  ProjectedKeys: "Name:s Items:p>KeyToPath Optional:p",
  ProjectedFiles: "Items:p>DownwardFile",
  ProjectedToken: "Audience:s ExpirationSeconds:n Path:s",
  Toleration: "Key:s Operator:s Value:s Effect:s TolerationSeconds:p",
  HostAlias: "IP:s Hostnames:p",
  DNSConfig: "Nameservers:p Searches:p Options:p>DNSOption",
  DNSOption: "Name:s Value:p",
  ReadinessGate: "ConditionType:s",
  TopologySpread:
    "MaxSkew:n TopologyKey:s WhenUnsatisfiable:s LabelSelector:p MinDomains:p NodeAffinityPolicy:p NodeTaintsPolicy:p " +
    "MatchLabelKeys:p",
  Affinity: "NodeAffinity:p>NodeAffinity PodAffinity:p>PodAffinity PodAntiAffinity:p>PodAffinity",
  NodeAffinity:
    "RequiredDuringSchedulingIgnoredDuringExecution:p>NodeSelector " +
    "PreferredDuringSchedulingIgnoredDuringExecution:p>PreferredTerm",
  NodeSelector: "NodeSelectorTerms:p>NodeTerm",
  PreferredTerm: "Weight:n Preference:o>NodeTerm",
  NodeTerm: "MatchExpressions:p>NodeRequirement MatchFields:p>NodeRequirement",
  NodeRequirement: "Key:s Operator:s Values:p",
  PodAffinity:
    "RequiredDuringSchedulingIgnoredDuringExecution:p>PodTerm PreferredDuringSchedulingIgnoredDuringExecution:p>WeightedPodTerm",
  WeightedPodTerm: "Weight:n PodAffinityTerm:o>PodTerm",
  PodTerm: "LabelSelector:p Namespaces:p TopologyKey:s NamespaceSelector:p MatchLabelKeys:p MismatchLabelKeys:p",
  FailurePolicy: "Rules:p>FailureRule",
  FailureRule: "Action:s OnExitCodes:p>ExitCodes OnPodConditions:p>ConditionPattern",
  ExitCodes: "ContainerName:p Operator:s Values:p",
  ConditionPattern: "Type:s Status:s",
  SuccessPolicy: "Rules:p>SuccessRule",
  SuccessRule: "SucceededIndexes:p SucceededCount:p",
  RollingStatefulSet: "Partition:n MaxUnavailable:p",
  ParentReference: "Group:s Resource:s Namespace:s Name:s",
  AttachmentSpec: "Attacher:s Source:o>AttachmentSource NodeName:s",
  AttachmentSource: "PersistentVolumeName:p InlineVolumeSpec:p",
  NodeDriver: "Name:s NodeID:s TopologyKeys:p Allocatable:p>NodeDriverResources",
  NodeDriverResources: "Count:p",
  ResourceClaim: "Devices:o>DeviceClaim",
  DeviceClaim: "Requests:p>DeviceRequest Constraints:p>DeviceConstraint Config:p>DeviceConfiguration",
  DeviceRequest: "Name:s Exactly:p>ExactDeviceRequest FirstAvailable:p>DeviceSubRequest",
  ExactDeviceRequest:
    "DeviceClassName:s Selectors:p>DeviceSelector AllocationMode:s Count:n AdminAccess:p Tolerations:p>Toleration " +
    "Capacity:p>DeviceCapacity",
  DeviceSubRequest:
    "Name:s DeviceClassName:s Selectors:p>DeviceSelector AllocationMode:s Count:n Tolerations:p>Toleration " +
    "Capacity:p>DeviceCapacity",
  DeviceSelector: "CEL:p>Expression",
  Expression: "Expression:s",
  DeviceCapacity: "Requests:p",
  DeviceConstraint: "Requests:p MatchAttribute:p DistinctAttribute:p",
  DeviceConfiguration: "Requests:p Opaque:p>OpaqueConfiguration",
  OpaqueConfiguration: "Driver:s Parameters:p",
  VolumeSource:
    "GCEPersistentDisk:p AWSElasticBlockStore:p HostPath:p>HostPath Glusterfs:p NFS:p>NFS RBD:p Quobyte:p " +
    "ISCSI:p>ISCSIVolume FlexVolume:p Cinder:p CephFS:p FC:p Flocker:p AzureFile:p VsphereVolume:p AzureDisk:p " +
    "PhotonPersistentDisk:p PortworxVolume:p ScaleIO:p Local:p>LocalVolume StorageOS:p CSI:p>CSIVolume",
  VolumeAffinity: "Required:p>NodeSelector",
  LocalVolume: "Path:s FSType:p",
  CSIVolume:
    "Driver:s VolumeHandle:s ReadOnly:b FSType:s VolumeAttributes:p ControllerPublishSecretRef:p>SecretReference " +
    "NodeStageSecretRef:p>SecretReference NodePublishSecretRef:p>SecretReference " +
    "ControllerExpandSecretRef:p>SecretReference NodeExpandSecretRef:p>SecretReference",
  ISCSIVolume:
    "TargetPortal:s IQN:s Lun:n ISCSIInterface:s FSType:s ReadOnly:b Portals:p DiscoveryCHAPAuth:b SessionCHAPAuth:b " +
    "SecretRef:p>SecretReference InitiatorName:p",
  SecretReference: "Name:s Namespace:s",
  ClaimSpec:
    "AccessModes:p Selector:p Resources:o>ClaimResources VolumeName:s StorageClassName:p VolumeMode:p DataSource:p " +
    "DataSourceRef:p VolumeAttributesClassName:p",
  ClaimResources: "Limits:p Requests:p",
};

type Fields = Readonly<Record<string, unknown>>;

export function internalPodSpec(spec: PodSpec): Fields {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers, securityContext, ...rest } = spec;
  const host = { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers };
  return internal({ ...rest, securityContext: { ...securityContext, ...host } }, "PodSpec") as Fields;
}

/** Metadata keeps its own form. */
export function internalPodTemplate(template: PodTemplateSpec): Fields {
  return { ...template.metadata, Spec: internalPodSpec(template.spec) };
}

/** A pointer as Kubernetes prints it; unset is null. */
function pointerForm(value: object | undefined, type: string): Fields | null {
  return value === undefined ? null : (internal(value, type) as Fields);
}

export const failurePolicyForm = (policy: JobSpec["podFailurePolicy"]) => pointerForm(policy, "FailurePolicy");
export const successPolicyForm = (policy: JobSpec["successPolicy"]) => pointerForm(policy, "SuccessPolicy");
export const parentReferenceForm = (parent: ParentReference | undefined) => pointerForm(parent, "ParentReference");
export const attachmentForm = (spec: VolumeAttachmentSpec) => pointerForm(spec, "AttachmentSpec");
export const nodeDriverForm = (driver: CSINodeDriver) => pointerForm(driver, "NodeDriver");
export const resourceClaimForm = (spec: ResourceClaimSpec) => pointerForm(spec, "ResourceClaim");

/** The template's metadata keeps the API's form. */
export function claimTemplateForm({ metadata, spec }: ResourceClaimTemplateSpec): Fields {
  return { ...metadata, Spec: resourceClaimForm(spec) };
}

export function rollingStatefulSetForm(strategy: { partition?: number; maxUnavailable?: IntOrString }): Fields {
  return internal(strategy, "RollingStatefulSet") as Fields;
}

/** Only the source of the volume. */
export function volumeSourceForm(spec: PersistentVolumeSpec): Fields {
  return internal(spec, "VolumeSource") as Fields;
}

export function volumeAffinityForm(affinity: VolumeNodeAffinity | undefined): Fields | null {
  return pointerForm(affinity, "VolumeAffinity");
}

export function internalClaimSpec(spec: PersistentVolumeClaimSpec): Fields {
  return internal(spec, "ClaimSpec") as Fields;
}

/** A line per value, as diffs compare it. */
export function printedForm(value: Fields): string {
  return JSON.stringify(value, undefined, 1);
}

function internal(value: unknown, type: string): unknown {
  if (Array.isArray(value)) return value.map((item) => internal(item, type));
  const given = (value ?? {}) as Fields;
  const isEphemeral = type === "EphemeralContainer";
  const form: Record<string, unknown> = {};
  for (const field of (TYPES[isEphemeral ? "Container" : type] ?? "").split(" ")) {
    const [name = "", unset = "", inner] = field.split(/[:>]/);
    form[name] = internalField(given[jsonName(name)], unset, inner);
  }
  if (isEphemeral) form["TargetContainerName"] = given["targetContainerName"] ?? "";
  return form;
}

function internalField(value: unknown, unset: string, inner: string | undefined): unknown {
  const isUnset = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  if (inner !== undefined && (unset === "o" || !isUnset)) return internal(value, inner);
  if (!isUnset) return value;
  switch (unset) {
    case "s":
      return "";
    case "n":
      return 0;
    case "b":
      return false;
    default:
      return null;
  }
}

const IRREGULAR: Readonly<Record<string, string>> = { StorageOS: "storageos", CephFS: "cephfs" };

/** `DNSPolicy` is `dnsPolicy`, `SELinuxOptions` is `seLinuxOptions`. */
function jsonName(name: string): string {
  return IRREGULAR[name] ?? name.replace(/^([A-Z]+)(?=[A-Z][a-z]|$)|^[A-Z]/, (capitals) => capitals.toLowerCase());
}
