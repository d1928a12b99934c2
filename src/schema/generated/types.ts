// Written by scripts/schema/generate.ts from src/schema/generated/facts.json. Do not edit.

import type { JsonObject, JsonValue } from "../../lib/json.ts";

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup` */
export type APIGroup = {
  apiVersion?: string;
  kind?: string;
  name: string;
  preferredVersion: GroupVersionForDiscovery;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[];
  versions: GroupVersionForDiscovery[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList` */
export type APIGroupList = {
  apiVersion?: string;
  groups: APIGroup[];
  kind?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIResource` */
export type APIResource = {
  categories?: string[];
  group?: string;
  kind: string;
  name: string;
  namespaced: boolean;
  shortNames?: string[];
  singularName: string;
  storageVersionHash?: string;
  verbs: string[];
  version?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList` */
export type APIResourceList = {
  apiVersion?: string;
  groupVersion: string;
  kind?: string;
  resources: APIResource[];
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService` */
export type APIService = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: APIServiceSpec;
  status: APIServiceStatus;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition` */
export type APIServiceCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList` */
export type APIServiceList = {
  apiVersion: string;
  items: APIService[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec` */
export type APIServiceSpec = {
  caBundle?: string;
  group?: string;
  groupPriorityMinimum: number;
  insecureSkipTLSVerify?: boolean;
  service?: ApiregistrationV1ServiceReference;
  version?: string;
  versionPriority: number;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus` */
export type APIServiceStatus = {
  conditions?: APIServiceCondition[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions` */
export type APIVersions = {
  apiVersion?: string;
  kind?: string;
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[];
  versions: string[];
};

/** `io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource` */
export type AWSElasticBlockStoreVolumeSource = {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID: string;
};

/** `io.k8s.api.core.v1.Affinity` */
export type Affinity = {
  nodeAffinity?: NodeAffinity;
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAntiAffinity;
};

/** `io.k8s.api.rbac.v1.AggregationRule` */
export type AggregationRule = {
  clusterRoleSelectors?: LabelSelector[];
};

/** `io.k8s.api.resource.v1.AllocatedDeviceStatus` */
export type AllocatedDeviceStatus = {
  conditions?: Condition[];
  data?: RawExtension;
  device: string;
  driver: string;
  networkData?: NetworkDeviceData;
  pool: string;
  shareID?: string;
};

/** `io.k8s.api.resource.v1.AllocationResult` */
export type AllocationResult = {
  allocationTimestamp?: Time;
  devices: DeviceAllocationResult;
  nodeSelector?: NodeSelector;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference` */
export type ApiextensionsV1ServiceReference = {
  name: string;
  namespace: string;
  path?: string;
  port?: number;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig` */
export type ApiextensionsV1WebhookClientConfig = {
  caBundle?: string;
  service?: ApiextensionsV1ServiceReference;
  url?: string;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference` */
export type ApiregistrationV1ServiceReference = {
  name?: string;
  namespace?: string;
  port?: number;
};

/** `io.k8s.api.core.v1.AppArmorProfile` */
export type AppArmorProfile = {
  localhostProfile?: string;
  type: string;
};

/** `io.k8s.api.admissionregistration.v1.ApplyConfiguration` */
export type ApplyConfiguration = {
  expression?: string;
};

/** `io.k8s.api.core.v1.AttachedVolume` */
export type AttachedVolume = {
  devicePath: string;
  name: string;
};

/** `io.k8s.api.admissionregistration.v1.AuditAnnotation` */
export type AuditAnnotation = {
  key: string;
  valueExpression: string;
};

/** `io.k8s.api.core.v1.AzureDiskVolumeSource` */
export type AzureDiskVolumeSource = {
  cachingMode?: string;
  diskName: string;
  diskURI: string;
  fsType?: string;
  kind?: string;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.AzureFilePersistentVolumeSource` */
export type AzureFilePersistentVolumeSource = {
  readOnly?: boolean;
  secretName: string;
  secretNamespace?: string;
  shareName: string;
};

/** `io.k8s.api.core.v1.AzureFileVolumeSource` */
export type AzureFileVolumeSource = {
  readOnly?: boolean;
  secretName: string;
  shareName: string;
};

/** `io.k8s.api.core.v1.Binding` */
export type Binding = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  target: ObjectReference;
};

/** `io.k8s.api.authentication.v1.BoundObjectReference` */
export type BoundObjectReference = {
  apiVersion?: string;
  kind?: string;
  name?: string;
  uid?: string;
};

/** `io.k8s.api.resource.v1.CELDeviceSelector` */
export type CELDeviceSelector = {
  expression: string;
};

/** `io.k8s.api.storage.v1.CSIDriver` */
export type CSIDriver = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CSIDriverSpec;
};

/** `io.k8s.api.storage.v1.CSIDriverList` */
export type CSIDriverList = {
  apiVersion: string;
  items: CSIDriver[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.storage.v1.CSIDriverSpec` */
export type CSIDriverSpec = {
  attachRequired?: boolean;
  fsGroupPolicy?: string;
  nodeAllocatableUpdatePeriodSeconds?: number;
  podInfoOnMount?: boolean;
  preventPodSchedulingIfMissing?: boolean;
  requiresRepublish?: boolean;
  seLinuxMount?: boolean;
  serviceAccountTokenInSecrets?: boolean;
  storageCapacity?: boolean;
  tokenRequests?: StorageV1TokenRequest[];
  volumeLifecycleModes?: string[];
};

/** `io.k8s.api.storage.v1.CSINode` */
export type CSINode = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CSINodeSpec;
};

/** `io.k8s.api.storage.v1.CSINodeDriver` */
export type CSINodeDriver = {
  allocatable?: VolumeNodeResources;
  name: string;
  nodeID: string;
  topologyKeys?: string[];
};

/** `io.k8s.api.storage.v1.CSINodeList` */
export type CSINodeList = {
  apiVersion: string;
  items: CSINode[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.storage.v1.CSINodeSpec` */
export type CSINodeSpec = {
  drivers: CSINodeDriver[];
};

/** `io.k8s.api.core.v1.CSIPersistentVolumeSource` */
export type CSIPersistentVolumeSource = {
  controllerExpandSecretRef?: SecretReference;
  controllerPublishSecretRef?: SecretReference;
  driver: string;
  fsType?: string;
  nodeExpandSecretRef?: SecretReference;
  nodePublishSecretRef?: SecretReference;
  nodeStageSecretRef?: SecretReference;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
  volumeHandle: string;
};

/** `io.k8s.api.storage.v1.CSIStorageCapacity` */
export type CSIStorageCapacity = {
  apiVersion: string;
  capacity?: Quantity;
  kind: string;
  maximumVolumeSize?: Quantity;
  metadata: ObjectMeta;
  nodeTopology?: LabelSelector;
  storageClassName: string;
};

/** `io.k8s.api.storage.v1.CSIStorageCapacityList` */
export type CSIStorageCapacityList = {
  apiVersion: string;
  items: CSIStorageCapacity[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.CSIVolumeSource` */
export type CSIVolumeSource = {
  driver: string;
  fsType?: string;
  nodePublishSecretRef?: LocalObjectReference;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
};

/** `io.k8s.api.core.v1.Capabilities` */
export type Capabilities = {
  add?: string[];
  drop?: string[];
};

/** `io.k8s.api.resource.v1.CapacityRequestPolicy` */
export type CapacityRequestPolicy = {
  default?: Quantity;
  validRange?: CapacityRequestPolicyRange;
  validValues?: Quantity[];
};

/** `io.k8s.api.resource.v1.CapacityRequestPolicyRange` */
export type CapacityRequestPolicyRange = {
  max?: Quantity;
  min: Quantity;
  step?: Quantity;
};

/** `io.k8s.api.resource.v1.CapacityRequirements` */
export type CapacityRequirements = {
  requests?: Record<string, Quantity>;
};

/** `io.k8s.api.core.v1.CephFSPersistentVolumeSource` */
export type CephFSPersistentVolumeSource = {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: SecretReference;
  user?: string;
};

/** `io.k8s.api.core.v1.CephFSVolumeSource` */
export type CephFSVolumeSource = {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: LocalObjectReference;
  user?: string;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequest` */
export type CertificateSigningRequest = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CertificateSigningRequestSpec;
  status: CertificateSigningRequestStatus;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestCondition` */
export type CertificateSigningRequestCondition = {
  lastTransitionTime?: Time | null;
  lastUpdateTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestList` */
export type CertificateSigningRequestList = {
  apiVersion: string;
  items: CertificateSigningRequest[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestSpec` */
export type CertificateSigningRequestSpec = {
  expirationSeconds?: number;
  extra?: Record<string, string[]>;
  groups?: string[];
  request: string;
  signerName: string;
  uid?: string;
  usages?: string[];
  username?: string;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestStatus` */
export type CertificateSigningRequestStatus = {
  certificate?: string;
  conditions?: CertificateSigningRequestCondition[];
};

/** `io.k8s.api.core.v1.CinderPersistentVolumeSource` */
export type CinderPersistentVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
  volumeID: string;
};

/** `io.k8s.api.core.v1.CinderVolumeSource` */
export type CinderVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  volumeID: string;
};

/** `io.k8s.api.core.v1.ClientIPConfig` */
export type ClientIPConfig = {
  timeoutSeconds?: number;
};

/** `io.k8s.api.rbac.v1.ClusterRole` */
export type ClusterRole = {
  aggregationRule?: AggregationRule;
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  rules?: PolicyRule[] | null;
};

/** `io.k8s.api.rbac.v1.ClusterRoleBinding` */
export type ClusterRoleBinding = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  roleRef: RoleRef;
  subjects?: Subject[];
};

/** `io.k8s.api.rbac.v1.ClusterRoleBindingList` */
export type ClusterRoleBindingList = {
  apiVersion: string;
  items: ClusterRoleBinding[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.rbac.v1.ClusterRoleList` */
export type ClusterRoleList = {
  apiVersion: string;
  items: ClusterRole[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.ClusterTrustBundleProjection` */
export type ClusterTrustBundleProjection = {
  labelSelector?: LabelSelector;
  name?: string;
  optional?: boolean;
  path: string;
  signerName?: string;
};

/** `io.k8s.api.core.v1.ComponentCondition` */
export type ComponentCondition = {
  error?: string;
  message?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.core.v1.ComponentStatus` */
export type ComponentStatus = {
  apiVersion: string;
  conditions?: ComponentCondition[];
  kind: string;
  metadata: ObjectMeta;
};

/** `io.k8s.api.core.v1.ComponentStatusList` */
export type ComponentStatusList = {
  apiVersion: string;
  items: ComponentStatus[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.Condition` */
export type Condition = {
  lastTransitionTime: Time;
  message: string;
  observedGeneration?: number;
  reason: string;
  status: string;
  type: string;
};

/** `io.k8s.api.core.v1.ConfigMap` */
export type ConfigMap = {
  apiVersion: string;
  binaryData?: Record<string, string>;
  data?: Record<string, string>;
  immutable?: boolean;
  kind: string;
  metadata: ObjectMeta;
};

/** `io.k8s.api.core.v1.ConfigMapEnvSource` */
export type ConfigMapEnvSource = {
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.ConfigMapKeySelector` */
export type ConfigMapKeySelector = {
  key: string;
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.ConfigMapList` */
export type ConfigMapList = {
  apiVersion: string;
  items: ConfigMap[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.ConfigMapNodeConfigSource` */
export type ConfigMapNodeConfigSource = {
  kubeletConfigKey: string;
  name: string;
  namespace: string;
  resourceVersion?: string;
  uid?: string;
};

/** `io.k8s.api.core.v1.ConfigMapProjection` */
export type ConfigMapProjection = {
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.ConfigMapVolumeSource` */
export type ConfigMapVolumeSource = {
  defaultMode?: number;
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.Container` */
export type Container = {
  args?: string[];
  command?: string[];
  env?: EnvVar[];
  envFrom?: EnvFromSource[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: Lifecycle;
  livenessProbe?: Probe;
  name: string;
  ports?: ContainerPort[];
  readinessProbe?: Probe;
  resizePolicy?: ContainerResizePolicy[];
  resources: ResourceRequirements;
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  securityContext?: SecurityContext;
  startupProbe?: Probe;
  stdin?: boolean;
  stdinOnce?: boolean;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: VolumeDevice[];
  volumeMounts?: VolumeMount[];
  workingDir?: string;
};

/** `io.k8s.api.core.v1.ContainerExtendedResourceRequest` */
export type ContainerExtendedResourceRequest = {
  containerName: string;
  requestName: string;
  resourceName: string;
};

/** `io.k8s.api.core.v1.ContainerImage` */
export type ContainerImage = {
  names?: string[];
  sizeBytes?: number;
};

/** `io.k8s.api.core.v1.ContainerPort` */
export type ContainerPort = {
  containerPort: number;
  hostIP?: string;
  hostPort?: number;
  name?: string;
  protocol?: string;
};

/** `io.k8s.api.core.v1.ContainerResizePolicy` */
export type ContainerResizePolicy = {
  resourceName: string;
  restartPolicy: string;
};

/** `io.k8s.api.autoscaling.v2.ContainerResourceMetricSource` */
export type ContainerResourceMetricSource = {
  container: string;
  name: string;
  target: MetricTarget;
};

/** `io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus` */
export type ContainerResourceMetricStatus = {
  container: string;
  current: MetricValueStatus;
  name: string;
};

/** `io.k8s.api.core.v1.ContainerRestartRule` */
export type ContainerRestartRule = {
  action: string;
  exitCodes?: ContainerRestartRuleOnExitCodes;
};

/** `io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes` */
export type ContainerRestartRuleOnExitCodes = {
  operator: string;
  values?: number[];
};

/** `io.k8s.api.core.v1.ContainerState` */
export type ContainerState = {
  running?: ContainerStateRunning;
  terminated?: ContainerStateTerminated;
  waiting?: ContainerStateWaiting;
};

/** `io.k8s.api.core.v1.ContainerStateRunning` */
export type ContainerStateRunning = {
  startedAt?: Time | null;
};

/** `io.k8s.api.core.v1.ContainerStateTerminated` */
export type ContainerStateTerminated = {
  containerID?: string;
  exitCode: number;
  finishedAt?: Time | null;
  message?: string;
  reason?: string;
  signal?: number;
  startedAt?: Time | null;
};

/** `io.k8s.api.core.v1.ContainerStateWaiting` */
export type ContainerStateWaiting = {
  message?: string;
  reason?: string;
};

/** `io.k8s.api.core.v1.ContainerStatus` */
export type ContainerStatus = {
  allocatedResources?: Record<string, Quantity>;
  allocatedResourcesStatus?: ResourceStatus[];
  containerID?: string;
  image: string;
  imageID: string;
  lastState: ContainerState;
  name: string;
  ready: boolean;
  resources?: ResourceRequirements;
  restartCount: number;
  started?: boolean;
  state: ContainerState;
  stopSignal?: string;
  user?: ContainerUser;
  volumeMounts?: VolumeMountStatus[];
};

/** `io.k8s.api.core.v1.ContainerUser` */
export type ContainerUser = {
  linux?: LinuxContainerUser;
};

/** `io.k8s.api.apps.v1.ControllerRevision` */
export type ControllerRevision = {
  apiVersion: string;
  data?: RawExtension;
  kind: string;
  metadata: ObjectMeta;
  revision: number;
};

/** `io.k8s.api.apps.v1.ControllerRevisionList` */
export type ControllerRevisionList = {
  apiVersion: string;
  items: ControllerRevision[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.ResourceClaim` */
export type CoreV1ResourceClaim = {
  name: string;
  request?: string;
};

/** `io.k8s.api.resource.v1.Counter` */
export type Counter = {
  value: Quantity;
};

/** `io.k8s.api.resource.v1.CounterSet` */
export type CounterSet = {
  counters: Record<string, Counter>;
  name: string;
};

/** `io.k8s.api.batch.v1.CronJob` */
export type CronJob = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CronJobSpec;
  status: CronJobStatus;
};

/** `io.k8s.api.batch.v1.CronJobList` */
export type CronJobList = {
  apiVersion: string;
  items: CronJob[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.batch.v1.CronJobSpec` */
export type CronJobSpec = {
  concurrencyPolicy?: string;
  failedJobsHistoryLimit?: number;
  jobTemplate: JobTemplateSpec;
  schedule: string;
  startingDeadlineSeconds?: number;
  successfulJobsHistoryLimit?: number;
  suspend?: boolean;
  timeZone?: string;
};

/** `io.k8s.api.batch.v1.CronJobStatus` */
export type CronJobStatus = {
  active?: ObjectReference[];
  lastScheduleTime?: Time;
  lastSuccessfulTime?: Time;
};

/** `io.k8s.api.autoscaling.v2.CrossVersionObjectReference` */
export type CrossVersionObjectReference = {
  apiVersion?: string;
  kind: string;
  name: string;
};

/** `io.k8s.api.autoscaling.v1.CrossVersionObjectReference` */
export type CrossVersionObjectReferenceV1 = {
  apiVersion?: string;
  kind: string;
  name: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition` */
export type CustomResourceColumnDefinition = {
  description?: string;
  format?: string;
  jsonPath: string;
  name: string;
  priority?: number;
  type: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion` */
export type CustomResourceConversion = {
  strategy: string;
  webhook?: WebhookConversion;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition` */
export type CustomResourceDefinition = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CustomResourceDefinitionSpec;
  status: CustomResourceDefinitionStatus;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition` */
export type CustomResourceDefinitionCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  observedGeneration?: number;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList` */
export type CustomResourceDefinitionList = {
  apiVersion: string;
  items: CustomResourceDefinition[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames` */
export type CustomResourceDefinitionNames = {
  categories?: string[];
  kind: string;
  listKind?: string;
  plural: string;
  shortNames?: string[];
  singular?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec` */
export type CustomResourceDefinitionSpec = {
  conversion?: CustomResourceConversion;
  group: string;
  names: CustomResourceDefinitionNames;
  preserveUnknownFields?: boolean;
  scope: string;
  versions: CustomResourceDefinitionVersion[];
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus` */
export type CustomResourceDefinitionStatus = {
  acceptedNames: CustomResourceDefinitionNames;
  conditions?: CustomResourceDefinitionCondition[] | null;
  observedGeneration?: number;
  storedVersions?: string[] | null;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion` */
export type CustomResourceDefinitionVersion = {
  additionalPrinterColumns?: CustomResourceColumnDefinition[];
  deprecated?: boolean;
  deprecationWarning?: string;
  name: string;
  schema?: CustomResourceValidation;
  selectableFields?: SelectableField[];
  served: boolean;
  storage: boolean;
  subresources?: CustomResourceSubresources;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale` */
export type CustomResourceSubresourceScale = {
  labelSelectorPath?: string;
  specReplicasPath: string;
  statusReplicasPath: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus` */
export type CustomResourceSubresourceStatus = Record<string, never>;

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources` */
export type CustomResourceSubresources = {
  scale?: CustomResourceSubresourceScale;
  status?: CustomResourceSubresourceStatus;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation` */
export type CustomResourceValidation = {
  openAPIV3Schema?: JSONSchemaProps;
};

/** `io.k8s.api.core.v1.DaemonEndpoint` */
export type DaemonEndpoint = {
  Port: number;
};

/** `io.k8s.api.apps.v1.DaemonSet` */
export type DaemonSet = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: DaemonSetSpec;
  status: DaemonSetStatus;
};

/** `io.k8s.api.apps.v1.DaemonSetCondition` */
export type DaemonSetCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.apps.v1.DaemonSetList` */
export type DaemonSetList = {
  apiVersion: string;
  items: DaemonSet[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.apps.v1.DaemonSetSpec` */
export type DaemonSetSpec = {
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  selector: LabelSelector;
  template: PodTemplateSpec;
  updateStrategy: DaemonSetUpdateStrategy;
};

/** `io.k8s.api.apps.v1.DaemonSetStatus` */
export type DaemonSetStatus = {
  collisionCount?: number;
  conditions?: DaemonSetCondition[];
  currentNumberScheduled: number;
  desiredNumberScheduled: number;
  numberAvailable?: number;
  numberMisscheduled: number;
  numberReady: number;
  numberUnavailable?: number;
  observedGeneration?: number;
  updatedNumberScheduled?: number;
};

/** `io.k8s.api.apps.v1.DaemonSetUpdateStrategy` */
export type DaemonSetUpdateStrategy = {
  rollingUpdate?: RollingUpdateDaemonSet;
  type?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions` */
export type DeleteOptions = {
  apiVersion?: string;
  dryRun?: string[];
  gracePeriodSeconds?: number;
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
  kind?: string;
  orphanDependents?: boolean;
  preconditions?: Preconditions;
  propagationPolicy?: string;
};

/** `io.k8s.api.apps.v1.Deployment` */
export type Deployment = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: DeploymentSpec;
  status: DeploymentStatus;
};

/** `io.k8s.api.apps.v1.DeploymentCondition` */
export type DeploymentCondition = {
  lastTransitionTime?: Time | null;
  lastUpdateTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.apps.v1.DeploymentList` */
export type DeploymentList = {
  apiVersion: string;
  items: Deployment[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.apps.v1.DeploymentSpec` */
export type DeploymentSpec = {
  minReadySeconds?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
  replicas?: number;
  revisionHistoryLimit?: number;
  selector: LabelSelector;
  strategy: DeploymentStrategy;
  template: PodTemplateSpec;
};

/** `io.k8s.api.apps.v1.DeploymentStatus` */
export type DeploymentStatus = {
  availableReplicas?: number;
  collisionCount?: number;
  conditions?: DeploymentCondition[];
  observedGeneration?: number;
  readyReplicas?: number;
  replicas?: number;
  terminatingReplicas?: number;
  unavailableReplicas?: number;
  updatedReplicas?: number;
};

/** `io.k8s.api.apps.v1.DeploymentStrategy` */
export type DeploymentStrategy = {
  rollingUpdate?: RollingUpdateDeployment;
  type?: string;
};

/** `io.k8s.api.resource.v1.Device` */
export type Device = {
  allNodes?: boolean;
  allowMultipleAllocations?: boolean;
  attributes?: Record<string, DeviceAttribute>;
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  bindsToNode?: boolean;
  capacity?: Record<string, DeviceCapacity>;
  consumesCounters?: DeviceCounterConsumption[];
  name: string;
  nodeAllocatableResourceMappings?: Record<string, NodeAllocatableResourceMapping>;
  nodeName?: string;
  nodeSelector?: NodeSelector;
  taints?: DeviceTaint[];
};

/** `io.k8s.api.resource.v1.DeviceAllocationConfiguration` */
export type DeviceAllocationConfiguration = {
  opaque?: OpaqueDeviceConfiguration;
  requests?: string[];
  source: string;
};

/** `io.k8s.api.resource.v1.DeviceAllocationResult` */
export type DeviceAllocationResult = {
  config?: DeviceAllocationConfiguration[];
  results?: DeviceRequestAllocationResult[];
};

/** `io.k8s.api.resource.v1.DeviceAttribute` */
export type DeviceAttribute = {
  bool?: boolean;
  bools?: boolean[];
  int?: number;
  ints?: number[];
  string?: string;
  strings?: string[];
  version?: string;
  versions?: string[];
};

/** `io.k8s.api.resource.v1.DeviceCapacity` */
export type DeviceCapacity = {
  requestPolicy?: CapacityRequestPolicy;
  value: Quantity;
};

/** `io.k8s.api.resource.v1.DeviceClaim` */
export type DeviceClaim = {
  config?: DeviceClaimConfiguration[];
  constraints?: DeviceConstraint[];
  requests?: DeviceRequest[];
};

/** `io.k8s.api.resource.v1.DeviceClaimConfiguration` */
export type DeviceClaimConfiguration = {
  opaque?: OpaqueDeviceConfiguration;
  requests?: string[];
};

/** `io.k8s.api.resource.v1.DeviceClass` */
export type DeviceClass = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: DeviceClassSpec;
};

/** `io.k8s.api.resource.v1.DeviceClassConfiguration` */
export type DeviceClassConfiguration = {
  opaque?: OpaqueDeviceConfiguration;
};

/** `io.k8s.api.resource.v1.DeviceClassList` */
export type DeviceClassList = {
  apiVersion: string;
  items: DeviceClass[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.resource.v1.DeviceClassSpec` */
export type DeviceClassSpec = {
  config?: DeviceClassConfiguration[];
  extendedResourceName?: string;
  selectors?: DeviceSelector[];
};

/** `io.k8s.api.resource.v1.DeviceConstraint` */
export type DeviceConstraint = {
  distinctAttribute?: string;
  matchAttribute?: string;
  requests?: string[];
};

/** `io.k8s.api.resource.v1.DeviceCounterConsumption` */
export type DeviceCounterConsumption = {
  counterSet: string;
  counters: Record<string, Counter>;
};

/** `io.k8s.api.resource.v1.DeviceRequest` */
export type DeviceRequest = {
  exactly?: ExactDeviceRequest;
  firstAvailable?: DeviceSubRequest[];
  name: string;
};

/** `io.k8s.api.resource.v1.DeviceRequestAllocationResult` */
export type DeviceRequestAllocationResult = {
  adminAccess?: boolean;
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  consumedCapacity?: Record<string, Quantity>;
  device: string;
  driver: string;
  pool: string;
  request: string;
  shareID?: string;
  tolerations?: DeviceToleration[];
};

/** `io.k8s.api.resource.v1.DeviceSelector` */
export type DeviceSelector = {
  cel?: CELDeviceSelector;
};

/** `io.k8s.api.resource.v1.DeviceSubRequest` */
export type DeviceSubRequest = {
  allocationMode?: string;
  capacity?: CapacityRequirements;
  count?: number;
  deviceClassName: string;
  name: string;
  selectors?: DeviceSelector[];
  tolerations?: DeviceToleration[];
};

/** `io.k8s.api.resource.v1.DeviceTaint` */
export type DeviceTaint = {
  effect: string;
  key: string;
  timeAdded?: Time;
  value?: string;
};

/** `io.k8s.api.resource.v1.DeviceToleration` */
export type DeviceToleration = {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
};

/** `io.k8s.api.discovery.v1.EndpointPort` */
export type DiscoveryV1EndpointPort = {
  appProtocol?: string;
  name?: string;
  port?: number;
  protocol?: string;
};

/** `io.k8s.api.core.v1.DownwardAPIProjection` */
export type DownwardAPIProjection = {
  items?: DownwardAPIVolumeFile[];
};

/** `io.k8s.api.core.v1.DownwardAPIVolumeFile` */
export type DownwardAPIVolumeFile = {
  fieldRef?: ObjectFieldSelector;
  mode?: number;
  path: string;
  resourceFieldRef?: ResourceFieldSelector;
};

/** `io.k8s.api.core.v1.DownwardAPIVolumeSource` */
export type DownwardAPIVolumeSource = {
  defaultMode?: number;
  items?: DownwardAPIVolumeFile[];
};

/** `io.k8s.api.core.v1.EmptyDirVolumeSource` */
export type EmptyDirVolumeSource = {
  medium?: string;
  sizeLimit?: Quantity;
};

/** `io.k8s.api.discovery.v1.Endpoint` */
export type Endpoint = {
  addresses: string[];
  conditions: EndpointConditions;
  deprecatedTopology?: Record<string, string>;
  hints?: EndpointHints;
  hostname?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
  zone?: string;
};

/** `io.k8s.api.core.v1.EndpointAddress` */
export type EndpointAddress = {
  hostname?: string;
  ip: string;
  nodeName?: string;
  targetRef?: ObjectReference;
};

/** `io.k8s.api.discovery.v1.EndpointConditions` */
export type EndpointConditions = {
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
};

/** `io.k8s.api.discovery.v1.EndpointHints` */
export type EndpointHints = {
  forNodes?: ForNode[];
  forZones?: ForZone[];
};

/** `io.k8s.api.core.v1.EndpointPort` */
export type EndpointPort = {
  appProtocol?: string;
  name?: string;
  port: number;
  protocol?: string;
};

/** `io.k8s.api.discovery.v1.EndpointSlice` */
export type EndpointSlice = {
  addressType: string;
  apiVersion: string;
  endpoints?: Endpoint[] | null;
  kind: string;
  metadata: ObjectMeta;
  ports?: DiscoveryV1EndpointPort[] | null;
};

/** `io.k8s.api.discovery.v1.EndpointSliceList` */
export type EndpointSliceList = {
  apiVersion: string;
  items: EndpointSlice[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.EndpointSubset` */
export type EndpointSubset = {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
};

/** `io.k8s.api.core.v1.Endpoints` */
export type Endpoints = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  subsets?: EndpointSubset[];
};

/** `io.k8s.api.core.v1.EndpointsList` */
export type EndpointsList = {
  apiVersion: string;
  items: Endpoints[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.EnvFromSource` */
export type EnvFromSource = {
  configMapRef?: ConfigMapEnvSource;
  prefix?: string;
  secretRef?: SecretEnvSource;
};

/** `io.k8s.api.core.v1.EnvVar` */
export type EnvVar = {
  name: string;
  value?: string;
  valueFrom?: EnvVarSource;
};

/** `io.k8s.api.core.v1.EnvVarSource` */
export type EnvVarSource = {
  configMapKeyRef?: ConfigMapKeySelector;
  fieldRef?: ObjectFieldSelector;
  fileKeyRef?: FileKeySelector;
  resourceFieldRef?: ResourceFieldSelector;
  secretKeyRef?: SecretKeySelector;
};

/** `io.k8s.api.core.v1.EphemeralContainer` */
export type EphemeralContainer = {
  args?: string[];
  command?: string[];
  env?: EnvVar[];
  envFrom?: EnvFromSource[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: Lifecycle;
  livenessProbe?: Probe;
  name: string;
  ports?: ContainerPort[];
  readinessProbe?: Probe;
  resizePolicy?: ContainerResizePolicy[];
  resources: ResourceRequirements;
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  securityContext?: SecurityContext;
  startupProbe?: Probe;
  stdin?: boolean;
  stdinOnce?: boolean;
  targetContainerName?: string;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: VolumeDevice[];
  volumeMounts?: VolumeMount[];
  workingDir?: string;
};

/** `io.k8s.api.core.v1.EphemeralVolumeSource` */
export type EphemeralVolumeSource = {
  volumeClaimTemplate?: PersistentVolumeClaimTemplate;
};

/** `io.k8s.api.core.v1.Event` */
export type Event = {
  action?: string;
  apiVersion: string;
  count?: number;
  eventTime?: MicroTime | null;
  firstTimestamp?: Time | null;
  involvedObject: ObjectReference;
  kind: string;
  lastTimestamp?: Time | null;
  message?: string;
  metadata: ObjectMeta;
  reason?: string;
  related?: ObjectReference;
  reportingComponent?: string;
  reportingInstance?: string;
  series?: EventSeries;
  source: EventSource;
  type?: string;
};

/** `io.k8s.api.core.v1.EventList` */
export type EventList = {
  apiVersion: string;
  items: Event[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.EventSeries` */
export type EventSeries = {
  count?: number;
  lastObservedTime?: MicroTime | null;
};

/** `io.k8s.api.core.v1.EventSource` */
export type EventSource = {
  component?: string;
  host?: string;
};

/** `io.k8s.api.events.v1.Event` */
export type EventsV1Event = {
  action?: string;
  apiVersion: string;
  deprecatedCount?: number;
  deprecatedFirstTimestamp?: Time | null;
  deprecatedLastTimestamp?: Time | null;
  deprecatedSource: EventSource;
  eventTime: MicroTime;
  kind: string;
  metadata: ObjectMeta;
  note?: string;
  reason?: string;
  regarding: ObjectReference;
  related?: ObjectReference;
  reportingController?: string;
  reportingInstance?: string;
  series?: EventsV1EventSeries;
  type?: string;
};

/** `io.k8s.api.events.v1.EventList` */
export type EventsV1EventList = {
  apiVersion: string;
  items: EventsV1Event[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.events.v1.EventSeries` */
export type EventsV1EventSeries = {
  count: number;
  lastObservedTime: MicroTime;
};

/** `io.k8s.api.policy.v1.Eviction` */
export type Eviction = {
  apiVersion: string;
  deleteOptions?: DeleteOptions;
  kind: string;
  metadata: ObjectMeta;
};

/** `io.k8s.api.resource.v1.ExactDeviceRequest` */
export type ExactDeviceRequest = {
  adminAccess?: boolean;
  allocationMode?: string;
  capacity?: CapacityRequirements;
  count?: number;
  deviceClassName: string;
  selectors?: DeviceSelector[];
  tolerations?: DeviceToleration[];
};

/** `io.k8s.api.core.v1.ExecAction` */
export type ExecAction = {
  command?: string[];
};

/** `io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration` */
export type ExemptPriorityLevelConfiguration = {
  lendablePercent?: number;
  nominalConcurrencyShares?: number;
};

/** `io.k8s.api.admissionregistration.v1.ExpressionWarning` */
export type ExpressionWarning = {
  fieldRef: string;
  warning: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ExternalDocumentation` */
export type ExternalDocumentation = {
  description?: string;
  url?: string;
};

/** `io.k8s.api.autoscaling.v2.ExternalMetricSource` */
export type ExternalMetricSource = {
  metric: MetricIdentifier;
  target: MetricTarget;
};

/** `io.k8s.api.autoscaling.v2.ExternalMetricStatus` */
export type ExternalMetricStatus = {
  current: MetricValueStatus;
  metric: MetricIdentifier;
};

/** `io.k8s.api.core.v1.FCVolumeSource` */
export type FCVolumeSource = {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
};

/** `io.k8s.api.authorization.v1.FieldSelectorAttributes` */
export type FieldSelectorAttributes = {
  rawSelector?: string;
  requirements?: FieldSelectorRequirement[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement` */
export type FieldSelectorRequirement = {
  key: string;
  operator: string;
  values?: string[];
};

/** A set of fields as managedFields writes it: `f:`, `k:`, `v:` and `.` keys. */
export type FieldsV1 = JsonObject;

/** `io.k8s.api.core.v1.FileKeySelector` */
export type FileKeySelector = {
  key: string;
  optional?: boolean;
  path: string;
  volumeName: string;
};

/** `io.k8s.api.core.v1.FlexPersistentVolumeSource` */
export type FlexPersistentVolumeSource = {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: SecretReference;
};

/** `io.k8s.api.core.v1.FlexVolumeSource` */
export type FlexVolumeSource = {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
};

/** `io.k8s.api.core.v1.FlockerVolumeSource` */
export type FlockerVolumeSource = {
  datasetName?: string;
  datasetUUID?: string;
};

/** `io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod` */
export type FlowDistinguisherMethod = {
  type: string;
};

/** `io.k8s.api.flowcontrol.v1.FlowSchema` */
export type FlowSchema = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: FlowSchemaSpec;
  status: FlowSchemaStatus;
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaCondition` */
export type FlowSchemaCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaList` */
export type FlowSchemaList = {
  apiVersion: string;
  items: FlowSchema[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaSpec` */
export type FlowSchemaSpec = {
  distinguisherMethod?: FlowDistinguisherMethod;
  matchingPrecedence?: number;
  priorityLevelConfiguration: PriorityLevelConfigurationReference;
  rules?: PolicyRulesWithSubjects[];
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaStatus` */
export type FlowSchemaStatus = {
  conditions?: FlowSchemaCondition[];
};

/** `io.k8s.api.flowcontrol.v1.Subject` */
export type FlowcontrolV1Subject = {
  group?: GroupSubject;
  kind: string;
  serviceAccount?: ServiceAccountSubject;
  user?: UserSubject;
};

/** `io.k8s.api.discovery.v1.ForNode` */
export type ForNode = {
  name: string;
};

/** `io.k8s.api.discovery.v1.ForZone` */
export type ForZone = {
  name: string;
};

/** `io.k8s.api.core.v1.GCEPersistentDiskVolumeSource` */
export type GCEPersistentDiskVolumeSource = {
  fsType?: string;
  partition?: number;
  pdName: string;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.GRPCAction` */
export type GRPCAction = {
  port: number;
  service?: string;
};

/** `io.k8s.api.core.v1.GitRepoVolumeSource` */
export type GitRepoVolumeSource = {
  directory?: string;
  repository: string;
  revision?: string;
};

/** `io.k8s.api.core.v1.GlusterfsPersistentVolumeSource` */
export type GlusterfsPersistentVolumeSource = {
  endpoints: string;
  endpointsNamespace?: string;
  path: string;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.GlusterfsVolumeSource` */
export type GlusterfsVolumeSource = {
  endpoints: string;
  path: string;
  readOnly?: boolean;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource` */
export type GroupResource = {
  group: string;
  resource: string;
};

/** `io.k8s.api.flowcontrol.v1.GroupSubject` */
export type GroupSubject = {
  name: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery` */
export type GroupVersionForDiscovery = {
  groupVersion: string;
  version: string;
};

/** `io.k8s.api.autoscaling.v2.HPAScalingPolicy` */
export type HPAScalingPolicy = {
  periodSeconds: number;
  type: string;
  value: number;
};

/** `io.k8s.api.autoscaling.v2.HPAScalingRules` */
export type HPAScalingRules = {
  policies?: HPAScalingPolicy[];
  selectPolicy?: string;
  stabilizationWindowSeconds?: number;
  tolerance?: Quantity;
};

/** `io.k8s.api.core.v1.HTTPGetAction` */
export type HTTPGetAction = {
  host?: string;
  httpHeaders?: HTTPHeader[];
  path?: string;
  port: IntOrString;
  scheme?: string;
};

/** `io.k8s.api.core.v1.HTTPHeader` */
export type HTTPHeader = {
  name: string;
  value: string;
};

/** `io.k8s.api.networking.v1.HTTPIngressPath` */
export type HTTPIngressPath = {
  backend: IngressBackend;
  path?: string;
  pathType: string;
};

/** `io.k8s.api.networking.v1.HTTPIngressRuleValue` */
export type HTTPIngressRuleValue = {
  paths: HTTPIngressPath[];
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler` */
export type HorizontalPodAutoscaler = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: HorizontalPodAutoscalerSpec;
  status: HorizontalPodAutoscalerStatus;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior` */
export type HorizontalPodAutoscalerBehavior = {
  scaleDown?: HPAScalingRules;
  scaleUp?: HPAScalingRules;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition` */
export type HorizontalPodAutoscalerCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerList` */
export type HorizontalPodAutoscalerList = {
  apiVersion: string;
  items: HorizontalPodAutoscaler[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerList` */
export type HorizontalPodAutoscalerListV1 = {
  apiVersion: string;
  items: HorizontalPodAutoscalerV1[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec` */
export type HorizontalPodAutoscalerSpec = {
  behavior?: HorizontalPodAutoscalerBehavior;
  maxReplicas: number;
  metrics?: MetricSpec[];
  minReplicas?: number;
  scaleTargetRef: CrossVersionObjectReference;
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec` */
export type HorizontalPodAutoscalerSpecV1 = {
  maxReplicas: number;
  minReplicas?: number;
  scaleTargetRef: CrossVersionObjectReferenceV1;
  targetCPUUtilizationPercentage?: number;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus` */
export type HorizontalPodAutoscalerStatus = {
  conditions?: HorizontalPodAutoscalerCondition[];
  currentMetrics?: MetricStatus[] | null;
  currentReplicas?: number;
  desiredReplicas: number;
  lastScaleTime?: Time;
  observedGeneration?: number;
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus` */
export type HorizontalPodAutoscalerStatusV1 = {
  currentCPUUtilizationPercentage?: number;
  currentReplicas: number;
  desiredReplicas: number;
  lastScaleTime?: Time;
  observedGeneration?: number;
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler` */
export type HorizontalPodAutoscalerV1 = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: HorizontalPodAutoscalerSpecV1;
  status: HorizontalPodAutoscalerStatusV1;
};

/** `io.k8s.api.core.v1.HostAlias` */
export type HostAlias = {
  hostnames?: string[];
  ip: string;
};

/** `io.k8s.api.core.v1.HostIP` */
export type HostIP = {
  ip: string;
};

/** `io.k8s.api.core.v1.HostPathVolumeSource` */
export type HostPathVolumeSource = {
  path: string;
  type?: string;
};

/** `io.k8s.api.networking.v1.IPAddress` */
export type IPAddress = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: IPAddressSpec;
};

/** `io.k8s.api.networking.v1.IPAddressList` */
export type IPAddressList = {
  apiVersion: string;
  items: IPAddress[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.networking.v1.IPAddressSpec` */
export type IPAddressSpec = {
  parentRef: ParentReference;
};

/** `io.k8s.api.networking.v1.IPBlock` */
export type IPBlock = {
  cidr: string;
  except?: string[];
};

/** `io.k8s.api.core.v1.ISCSIPersistentVolumeSource` */
export type ISCSIPersistentVolumeSource = {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: SecretReference;
  targetPortal: string;
};

/** `io.k8s.api.core.v1.ISCSIVolumeSource` */
export type ISCSIVolumeSource = {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  targetPortal: string;
};

/** `io.k8s.api.core.v1.ImageVolumeSource` */
export type ImageVolumeSource = {
  pullPolicy?: string;
  reference?: string;
};

/** `io.k8s.api.core.v1.ImageVolumeStatus` */
export type ImageVolumeStatus = {
  imageRef: string;
};

/** `io.k8s.api.networking.v1.Ingress` */
export type Ingress = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: IngressSpec;
  status: IngressStatus;
};

/** `io.k8s.api.networking.v1.IngressBackend` */
export type IngressBackend = {
  resource?: TypedLocalObjectReference;
  service?: IngressServiceBackend;
};

/** `io.k8s.api.networking.v1.IngressClass` */
export type IngressClass = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: IngressClassSpec;
};

/** `io.k8s.api.networking.v1.IngressClassList` */
export type IngressClassList = {
  apiVersion: string;
  items: IngressClass[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.networking.v1.IngressClassParametersReference` */
export type IngressClassParametersReference = {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
  scope?: string;
};

/** `io.k8s.api.networking.v1.IngressClassSpec` */
export type IngressClassSpec = {
  controller?: string;
  parameters?: IngressClassParametersReference;
};

/** `io.k8s.api.networking.v1.IngressList` */
export type IngressList = {
  apiVersion: string;
  items: Ingress[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.networking.v1.IngressLoadBalancerIngress` */
export type IngressLoadBalancerIngress = {
  hostname?: string;
  ip?: string;
  ports?: IngressPortStatus[];
};

/** `io.k8s.api.networking.v1.IngressLoadBalancerStatus` */
export type IngressLoadBalancerStatus = {
  ingress?: IngressLoadBalancerIngress[];
};

/** `io.k8s.api.networking.v1.IngressPortStatus` */
export type IngressPortStatus = {
  error?: string;
  port: number;
  protocol: string;
};

/** `io.k8s.api.networking.v1.IngressRule` */
export type IngressRule = {
  host?: string;
  http?: HTTPIngressRuleValue;
};

/** `io.k8s.api.networking.v1.IngressServiceBackend` */
export type IngressServiceBackend = {
  name: string;
  port: ServiceBackendPort;
};

/** `io.k8s.api.networking.v1.IngressSpec` */
export type IngressSpec = {
  defaultBackend?: IngressBackend;
  ingressClassName?: string;
  rules?: IngressRule[];
  tls?: IngressTLS[];
};

/** `io.k8s.api.networking.v1.IngressStatus` */
export type IngressStatus = {
  loadBalancer: IngressLoadBalancerStatus;
};

/** `io.k8s.api.networking.v1.IngressTLS` */
export type IngressTLS = {
  hosts?: string[];
  secretName?: string;
};

/** A number, or a text such as `"25%"`. */
export type IntOrString = number | string;

/** Any JSON value. */
export type JSON = JsonValue;

/** `io.k8s.api.admissionregistration.v1.JSONPatch` */
export type JSONPatch = {
  expression?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps` */
export type JSONSchemaProps = {
  "$ref"?: string;
  "$schema"?: string;
  additionalItems?: JSONSchemaPropsOrBool;
  additionalProperties?: JSONSchemaPropsOrBool;
  allOf?: JSONSchemaProps[];
  anyOf?: JSONSchemaProps[];
  default?: JSON;
  definitions?: Record<string, JSONSchemaProps>;
  dependencies?: Record<string, JSONSchemaPropsOrStringArray>;
  description?: string;
  enum?: JSON[];
  example?: JSON;
  exclusiveMaximum?: boolean;
  exclusiveMinimum?: boolean;
  externalDocs?: ExternalDocumentation;
  format?: string;
  id?: string;
  items?: JSONSchemaPropsOrArray;
  maxItems?: number;
  maxLength?: number;
  maxProperties?: number;
  maximum?: number;
  minItems?: number;
  minLength?: number;
  minProperties?: number;
  minimum?: number;
  multipleOf?: number;
  not?: JSONSchemaProps;
  nullable?: boolean;
  oneOf?: JSONSchemaProps[];
  pattern?: string;
  patternProperties?: Record<string, JSONSchemaProps>;
  properties?: Record<string, JSONSchemaProps>;
  required?: string[];
  title?: string;
  type?: string;
  uniqueItems?: boolean;
  "x-kubernetes-embedded-resource"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-map-type"?: string;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-validations"?: ValidationRule[];
};

/** One schema, or one per position. */
export type JSONSchemaPropsOrArray = JSONSchemaProps | JSONSchemaProps[];

/** A schema, or whether anything is allowed. */
export type JSONSchemaPropsOrBool = JSONSchemaProps | boolean;

/** A schema, or names of properties. */
export type JSONSchemaPropsOrStringArray = JSONSchemaProps | string[];

/** `io.k8s.api.batch.v1.Job` */
export type Job = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: JobSpec;
  status: JobStatus;
};

/** `io.k8s.api.batch.v1.JobCondition` */
export type JobCondition = {
  lastProbeTime?: Time | null;
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.batch.v1.JobList` */
export type JobList = {
  apiVersion: string;
  items: Job[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.batch.v1.JobSpec` */
export type JobSpec = {
  activeDeadlineSeconds?: number;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  completionMode?: string;
  completions?: number;
  managedBy?: string;
  manualSelector?: boolean;
  maxFailedIndexes?: number;
  parallelism?: number;
  podFailurePolicy?: PodFailurePolicy;
  podReplacementPolicy?: string;
  selector?: LabelSelector;
  successPolicy?: SuccessPolicy;
  suspend?: boolean;
  template: PodTemplateSpec;
  ttlSecondsAfterFinished?: number;
};

/** `io.k8s.api.batch.v1.JobStatus` */
export type JobStatus = {
  active?: number;
  completedIndexes?: string;
  completionTime?: Time;
  conditions?: JobCondition[];
  failed?: number;
  failedIndexes?: string;
  ready?: number;
  startTime?: Time;
  succeeded?: number;
  terminating?: number;
  uncountedTerminatedPods?: UncountedTerminatedPods;
};

/** `io.k8s.api.batch.v1.JobTemplateSpec` */
export type JobTemplateSpec = {
  metadata: ObjectMeta;
  spec: JobSpec;
};

/** `io.k8s.api.core.v1.KeyToPath` */
export type KeyToPath = {
  key: string;
  mode?: number;
  path: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector` */
export type LabelSelector = {
  matchExpressions?: LabelSelectorRequirement[];
  matchLabels?: Record<string, string>;
};

/** `io.k8s.api.authorization.v1.LabelSelectorAttributes` */
export type LabelSelectorAttributes = {
  rawSelector?: string;
  requirements?: LabelSelectorRequirement[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement` */
export type LabelSelectorRequirement = {
  key: string;
  operator: string;
  values?: string[];
};

/** `io.k8s.api.coordination.v1.Lease` */
export type Lease = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: LeaseSpec;
};

/** `io.k8s.api.coordination.v1.LeaseList` */
export type LeaseList = {
  apiVersion: string;
  items: Lease[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.coordination.v1.LeaseSpec` */
export type LeaseSpec = {
  acquireTime?: MicroTime;
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  leaseTransitions?: number;
  preferredHolder?: string;
  renewTime?: MicroTime;
  strategy?: string;
};

/** `io.k8s.api.core.v1.Lifecycle` */
export type Lifecycle = {
  postStart?: LifecycleHandler;
  preStop?: LifecycleHandler;
  stopSignal?: string;
};

/** `io.k8s.api.core.v1.LifecycleHandler` */
export type LifecycleHandler = {
  exec?: ExecAction;
  httpGet?: HTTPGetAction;
  sleep?: SleepAction;
  tcpSocket?: TCPSocketAction;
};

/** `io.k8s.api.core.v1.LimitRange` */
export type LimitRange = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: LimitRangeSpec;
};

/** `io.k8s.api.core.v1.LimitRangeItem` */
export type LimitRangeItem = {
  default?: Record<string, Quantity>;
  defaultRequest?: Record<string, Quantity>;
  max?: Record<string, Quantity>;
  maxLimitRequestRatio?: Record<string, Quantity>;
  min?: Record<string, Quantity>;
  type: string;
};

/** `io.k8s.api.core.v1.LimitRangeList` */
export type LimitRangeList = {
  apiVersion: string;
  items: LimitRange[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.LimitRangeSpec` */
export type LimitRangeSpec = {
  limits: LimitRangeItem[];
};

/** `io.k8s.api.flowcontrol.v1.LimitResponse` */
export type LimitResponse = {
  queuing?: QueuingConfiguration;
  type: string;
};

/** `io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration` */
export type LimitedPriorityLevelConfiguration = {
  borrowingLimitPercent?: number;
  lendablePercent?: number;
  limitResponse: LimitResponse;
  nominalConcurrencyShares?: number;
};

/** `io.k8s.api.core.v1.LinuxContainerUser` */
export type LinuxContainerUser = {
  gid: number;
  supplementalGroups?: number[];
  uid: number;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta` */
export type ListMeta = {
  continue?: string;
  remainingItemCount?: number;
  resourceVersion?: string;
  selfLink?: string;
  shardInfo?: ShardInfo;
};

/** `io.k8s.api.core.v1.LoadBalancerIngress` */
export type LoadBalancerIngress = {
  hostname?: string;
  ip?: string;
  ipMode?: string;
  ports?: PortStatus[];
};

/** `io.k8s.api.core.v1.LoadBalancerStatus` */
export type LoadBalancerStatus = {
  ingress?: LoadBalancerIngress[];
};

/** `io.k8s.api.core.v1.LocalObjectReference` */
export type LocalObjectReference = {
  name?: string;
};

/** `io.k8s.api.authorization.v1.LocalSubjectAccessReview` */
export type LocalSubjectAccessReview = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
};

/** `io.k8s.api.core.v1.LocalVolumeSource` */
export type LocalVolumeSource = {
  fsType?: string;
  path: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry` */
export type ManagedFieldsEntry = {
  apiVersion?: string;
  fieldsType?: string;
  fieldsV1?: FieldsV1;
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: Time;
};

/** `io.k8s.api.admissionregistration.v1.MatchCondition` */
export type MatchCondition = {
  expression: string;
  name: string;
};

/** `io.k8s.api.admissionregistration.v1.MatchResources` */
export type MatchResources = {
  excludeResourceRules?: NamedRuleWithOperations[];
  matchPolicy?: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  resourceRules?: NamedRuleWithOperations[];
};

/** `io.k8s.api.autoscaling.v2.MetricIdentifier` */
export type MetricIdentifier = {
  name: string;
  selector?: LabelSelector;
};

/** `io.k8s.api.autoscaling.v2.MetricSpec` */
export type MetricSpec = {
  containerResource?: ContainerResourceMetricSource;
  external?: ExternalMetricSource;
  object?: ObjectMetricSource;
  pods?: PodsMetricSource;
  resource?: ResourceMetricSource;
  type: string;
};

/** `io.k8s.api.autoscaling.v2.MetricStatus` */
export type MetricStatus = {
  containerResource?: ContainerResourceMetricStatus;
  external?: ExternalMetricStatus;
  object?: ObjectMetricStatus;
  pods?: PodsMetricStatus;
  resource?: ResourceMetricStatus;
  type: string;
};

/** `io.k8s.api.autoscaling.v2.MetricTarget` */
export type MetricTarget = {
  averageUtilization?: number;
  averageValue?: Quantity;
  type: string;
  value?: Quantity;
};

/** `io.k8s.api.autoscaling.v2.MetricValueStatus` */
export type MetricValueStatus = {
  averageUtilization?: number;
  averageValue?: Quantity;
  value?: Quantity;
};

/** An instant to the microsecond, RFC 3339 in UTC: `2026-01-02T03:04:05.000006Z`. */
export type MicroTime = string;

/** `io.k8s.api.core.v1.ModifyVolumeStatus` */
export type ModifyVolumeStatus = {
  status: string;
  targetVolumeAttributesClassName?: string;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy` */
export type MutatingAdmissionPolicy = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: MutatingAdmissionPolicySpec;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding` */
export type MutatingAdmissionPolicyBinding = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: MutatingAdmissionPolicyBindingSpec;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingList` */
export type MutatingAdmissionPolicyBindingList = {
  apiVersion: string;
  items: MutatingAdmissionPolicyBinding[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec` */
export type MutatingAdmissionPolicyBindingSpec = {
  matchResources?: MatchResources;
  paramRef?: ParamRef;
  policyName?: string;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyList` */
export type MutatingAdmissionPolicyList = {
  apiVersion: string;
  items: MutatingAdmissionPolicy[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec` */
export type MutatingAdmissionPolicySpec = {
  failurePolicy?: string;
  matchConditions?: MatchCondition[];
  matchConstraints?: MatchResources;
  mutations?: Mutation[];
  paramKind?: ParamKind;
  reinvocationPolicy?: string;
  variables?: Variable[];
};

/** `io.k8s.api.admissionregistration.v1.MutatingWebhook` */
export type MutatingWebhook = {
  admissionReviewVersions: string[];
  clientConfig: WebhookClientConfig;
  failurePolicy?: string;
  matchConditions?: MatchCondition[];
  matchPolicy?: string;
  name: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  reinvocationPolicy?: string;
  rules?: RuleWithOperations[];
  sideEffects: string;
  timeoutSeconds?: number;
};

/** `io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration` */
export type MutatingWebhookConfiguration = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  webhooks?: MutatingWebhook[];
};

/** `io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList` */
export type MutatingWebhookConfigurationList = {
  apiVersion: string;
  items: MutatingWebhookConfiguration[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.admissionregistration.v1.Mutation` */
export type Mutation = {
  applyConfiguration?: ApplyConfiguration;
  jsonPatch?: JSONPatch;
  patchType: string;
};

/** `io.k8s.api.core.v1.NFSVolumeSource` */
export type NFSVolumeSource = {
  path: string;
  readOnly?: boolean;
  server: string;
};

/** `io.k8s.api.admissionregistration.v1.NamedRuleWithOperations` */
export type NamedRuleWithOperations = {
  apiGroups?: string[];
  apiVersions?: string[];
  operations?: string[];
  resourceNames?: string[];
  resources?: string[];
  scope?: string;
};

/** `io.k8s.api.core.v1.Namespace` */
export type Namespace = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: NamespaceSpec;
  status: NamespaceStatus;
};

/** `io.k8s.api.core.v1.NamespaceCondition` */
export type NamespaceCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.core.v1.NamespaceList` */
export type NamespaceList = {
  apiVersion: string;
  items: Namespace[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.NamespaceSpec` */
export type NamespaceSpec = {
  finalizers?: string[];
};

/** `io.k8s.api.core.v1.NamespaceStatus` */
export type NamespaceStatus = {
  conditions?: NamespaceCondition[];
  phase?: string;
};

/** `io.k8s.api.resource.v1.NetworkDeviceData` */
export type NetworkDeviceData = {
  hardwareAddress?: string;
  interfaceName?: string;
  ips?: string[];
};

/** `io.k8s.api.networking.v1.NetworkPolicy` */
export type NetworkPolicy = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: NetworkPolicySpec;
};

/** `io.k8s.api.networking.v1.NetworkPolicyEgressRule` */
export type NetworkPolicyEgressRule = {
  ports?: NetworkPolicyPort[];
  to?: NetworkPolicyPeer[];
};

/** `io.k8s.api.networking.v1.NetworkPolicyIngressRule` */
export type NetworkPolicyIngressRule = {
  from?: NetworkPolicyPeer[];
  ports?: NetworkPolicyPort[];
};

/** `io.k8s.api.networking.v1.NetworkPolicyList` */
export type NetworkPolicyList = {
  apiVersion: string;
  items: NetworkPolicy[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.networking.v1.NetworkPolicyPeer` */
export type NetworkPolicyPeer = {
  ipBlock?: IPBlock;
  namespaceSelector?: LabelSelector;
  podSelector?: LabelSelector;
};

/** `io.k8s.api.networking.v1.NetworkPolicyPort` */
export type NetworkPolicyPort = {
  endPort?: number;
  port?: IntOrString;
  protocol?: string;
};

/** `io.k8s.api.networking.v1.NetworkPolicySpec` */
export type NetworkPolicySpec = {
  egress?: NetworkPolicyEgressRule[];
  ingress?: NetworkPolicyIngressRule[];
  podSelector: LabelSelector;
  policyTypes?: string[];
};

/** `io.k8s.api.core.v1.Node` */
export type Node = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: NodeSpec;
  status: NodeStatus;
};

/** `io.k8s.api.core.v1.NodeAddress` */
export type NodeAddress = {
  address: string;
  type: string;
};

/** `io.k8s.api.core.v1.NodeAffinity` */
export type NodeAffinity = {
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredSchedulingTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
};

/** `io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus` */
export type NodeAllocatableResourceClaimStatus = {
  containers?: string[];
  resourceClaimName: string;
  resources: Record<string, Quantity>;
};

/** `io.k8s.api.resource.v1.NodeAllocatableResourceMapping` */
export type NodeAllocatableResourceMapping = {
  allocationMultiplier?: Quantity;
  capacityKey?: string;
};

/** `io.k8s.api.core.v1.NodeCondition` */
export type NodeCondition = {
  lastHeartbeatTime?: Time | null;
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.core.v1.NodeConfigSource` */
export type NodeConfigSource = {
  configMap?: ConfigMapNodeConfigSource;
};

/** `io.k8s.api.core.v1.NodeConfigStatus` */
export type NodeConfigStatus = {
  active?: NodeConfigSource;
  assigned?: NodeConfigSource;
  error?: string;
  lastKnownGood?: NodeConfigSource;
};

/** `io.k8s.api.core.v1.NodeDaemonEndpoints` */
export type NodeDaemonEndpoints = {
  kubeletEndpoint: DaemonEndpoint;
};

/** `io.k8s.api.core.v1.NodeFeatures` */
export type NodeFeatures = {
  supplementalGroupsPolicy?: boolean;
};

/** `io.k8s.api.core.v1.NodeList` */
export type NodeList = {
  apiVersion: string;
  items: Node[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.NodeRuntimeHandler` */
export type NodeRuntimeHandler = {
  features?: NodeRuntimeHandlerFeatures;
  name?: string;
};

/** `io.k8s.api.core.v1.NodeRuntimeHandlerFeatures` */
export type NodeRuntimeHandlerFeatures = {
  recursiveReadOnlyMounts?: boolean;
  userNamespaces?: boolean;
};

/** `io.k8s.api.core.v1.NodeSelector` */
export type NodeSelector = {
  nodeSelectorTerms: NodeSelectorTerm[];
};

/** `io.k8s.api.core.v1.NodeSelectorRequirement` */
export type NodeSelectorRequirement = {
  key: string;
  operator: string;
  values?: string[];
};

/** `io.k8s.api.core.v1.NodeSelectorTerm` */
export type NodeSelectorTerm = {
  matchExpressions?: NodeSelectorRequirement[];
  matchFields?: NodeSelectorRequirement[];
};

/** `io.k8s.api.core.v1.NodeSpec` */
export type NodeSpec = {
  configSource?: NodeConfigSource;
  externalID?: string;
  podCIDR?: string;
  podCIDRs?: string[];
  providerID?: string;
  taints?: Taint[];
  unschedulable?: boolean;
};

/** `io.k8s.api.core.v1.NodeStatus` */
export type NodeStatus = {
  addresses?: NodeAddress[];
  allocatable?: Record<string, Quantity>;
  capacity?: Record<string, Quantity>;
  conditions?: NodeCondition[];
  config?: NodeConfigStatus;
  daemonEndpoints: NodeDaemonEndpoints;
  declaredFeatures?: string[];
  features?: NodeFeatures;
  images?: ContainerImage[];
  nodeInfo: NodeSystemInfo;
  phase?: string;
  runtimeHandlers?: NodeRuntimeHandler[];
  volumesAttached?: AttachedVolume[];
  volumesInUse?: string[];
};

/** `io.k8s.api.core.v1.NodeSwapStatus` */
export type NodeSwapStatus = {
  capacity?: number;
};

/** `io.k8s.api.core.v1.NodeSystemInfo` */
export type NodeSystemInfo = {
  architecture: string;
  bootID: string;
  containerRuntimeVersion: string;
  kernelVersion: string;
  kubeProxyVersion: string;
  kubeletVersion: string;
  machineID: string;
  operatingSystem: string;
  osImage: string;
  swap?: NodeSwapStatus;
  systemUUID: string;
};

/** `io.k8s.api.authorization.v1.NonResourceAttributes` */
export type NonResourceAttributes = {
  path?: string;
  verb?: string;
};

/** `io.k8s.api.flowcontrol.v1.NonResourcePolicyRule` */
export type NonResourcePolicyRule = {
  nonResourceURLs: string[];
  verbs: string[];
};

/** `io.k8s.api.authorization.v1.NonResourceRule` */
export type NonResourceRule = {
  nonResourceURLs?: string[];
  verbs: string[];
};

/** `io.k8s.api.core.v1.ObjectFieldSelector` */
export type ObjectFieldSelector = {
  apiVersion?: string;
  fieldPath: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` */
export type ObjectMeta = {
  annotations?: Record<string, string>;
  creationTimestamp?: Time;
  deletionGracePeriodSeconds?: number;
  deletionTimestamp?: Time;
  finalizers?: string[];
  generateName?: string;
  generation?: number;
  labels?: Record<string, string>;
  managedFields?: ManagedFieldsEntry[];
  name?: string;
  namespace?: string;
  ownerReferences?: OwnerReference[];
  resourceVersion?: string;
  selfLink?: string;
  uid?: string;
};

/** `io.k8s.api.autoscaling.v2.ObjectMetricSource` */
export type ObjectMetricSource = {
  describedObject: CrossVersionObjectReference;
  metric: MetricIdentifier;
  target: MetricTarget;
};

/** `io.k8s.api.autoscaling.v2.ObjectMetricStatus` */
export type ObjectMetricStatus = {
  current: MetricValueStatus;
  describedObject: CrossVersionObjectReference;
  metric: MetricIdentifier;
};

/** `io.k8s.api.core.v1.ObjectReference` */
export type ObjectReference = {
  apiVersion?: string;
  fieldPath?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  resourceVersion?: string;
  uid?: string;
};

/** `io.k8s.api.resource.v1.OpaqueDeviceConfiguration` */
export type OpaqueDeviceConfiguration = {
  driver: string;
  parameters: RawExtension;
};

/** `io.k8s.api.node.v1.Overhead` */
export type Overhead = {
  podFixed?: Record<string, Quantity>;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference` */
export type OwnerReference = {
  apiVersion: string;
  blockOwnerDeletion?: boolean;
  controller?: boolean;
  kind: string;
  name: string;
  uid: string;
};

/** `io.k8s.api.admissionregistration.v1.ParamKind` */
export type ParamKind = {
  apiVersion?: string;
  kind?: string;
};

/** `io.k8s.api.admissionregistration.v1.ParamRef` */
export type ParamRef = {
  name?: string;
  namespace?: string;
  parameterNotFoundAction?: string;
  selector?: LabelSelector;
};

/** `io.k8s.api.networking.v1.ParentReference` */
export type ParentReference = {
  group?: string;
  name: string;
  namespace?: string;
  resource: string;
};

/** A patch document. */
export type Patch = JsonObject;

/** `io.k8s.api.core.v1.PersistentVolume` */
export type PersistentVolume = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PersistentVolumeSpec;
  status: PersistentVolumeStatus;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaim` */
export type PersistentVolumeClaim = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PersistentVolumeClaimSpec;
  status: PersistentVolumeClaimStatus;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimCondition` */
export type PersistentVolumeClaimCondition = {
  lastProbeTime?: Time | null;
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimList` */
export type PersistentVolumeClaimList = {
  apiVersion: string;
  items: PersistentVolumeClaim[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimSpec` */
export type PersistentVolumeClaimSpec = {
  accessModes?: string[];
  dataSource?: TypedLocalObjectReference;
  dataSourceRef?: TypedObjectReference;
  resources: VolumeResourceRequirements;
  selector?: LabelSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  volumeName?: string;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimStatus` */
export type PersistentVolumeClaimStatus = {
  accessModes?: string[];
  allocatedResourceStatuses?: Record<string, string>;
  allocatedResources?: Record<string, Quantity>;
  capacity?: Record<string, Quantity>;
  conditions?: PersistentVolumeClaimCondition[];
  currentVolumeAttributesClassName?: string;
  modifyVolumeStatus?: ModifyVolumeStatus;
  phase?: string;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimTemplate` */
export type PersistentVolumeClaimTemplate = {
  metadata: ObjectMeta;
  spec: PersistentVolumeClaimSpec;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource` */
export type PersistentVolumeClaimVolumeSource = {
  claimName: string;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.PersistentVolumeList` */
export type PersistentVolumeList = {
  apiVersion: string;
  items: PersistentVolume[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.PersistentVolumeSpec` */
export type PersistentVolumeSpec = {
  accessModes?: string[];
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  azureFile?: AzureFilePersistentVolumeSource;
  capacity?: Record<string, Quantity>;
  cephfs?: CephFSPersistentVolumeSource;
  cinder?: CinderPersistentVolumeSource;
  claimRef?: ObjectReference;
  csi?: CSIPersistentVolumeSource;
  fc?: FCVolumeSource;
  flexVolume?: FlexPersistentVolumeSource;
  flocker?: FlockerVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  glusterfs?: GlusterfsPersistentVolumeSource;
  hostPath?: HostPathVolumeSource;
  iscsi?: ISCSIPersistentVolumeSource;
  local?: LocalVolumeSource;
  mountOptions?: string[];
  nfs?: NFSVolumeSource;
  nodeAffinity?: VolumeNodeAffinity;
  persistentVolumeReclaimPolicy?: string;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  quobyte?: QuobyteVolumeSource;
  rbd?: RBDPersistentVolumeSource;
  scaleIO?: ScaleIOPersistentVolumeSource;
  storageClassName?: string;
  storageos?: StorageOSPersistentVolumeSource;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
};

/** `io.k8s.api.core.v1.PersistentVolumeStatus` */
export type PersistentVolumeStatus = {
  lastPhaseTransitionTime?: Time;
  message?: string;
  phase?: string;
  reason?: string;
};

/** `io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource` */
export type PhotonPersistentDiskVolumeSource = {
  fsType?: string;
  pdID: string;
};

/** `io.k8s.api.core.v1.Pod` */
export type Pod = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PodSpec;
  status: PodStatus;
};

/** `io.k8s.api.core.v1.PodAffinity` */
export type PodAffinity = {
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
};

/** `io.k8s.api.core.v1.PodAffinityTerm` */
export type PodAffinityTerm = {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: LabelSelector;
  namespaces?: string[];
  topologyKey: string;
};

/** `io.k8s.api.core.v1.PodAntiAffinity` */
export type PodAntiAffinity = {
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
};

/** `io.k8s.api.core.v1.PodCertificateProjection` */
export type PodCertificateProjection = {
  certificateChainPath?: string;
  credentialBundlePath?: string;
  keyPath?: string;
  keyType: string;
  maxExpirationSeconds?: number;
  signerName: string;
  userAnnotations?: Record<string, string>;
};

/** `io.k8s.api.core.v1.PodCondition` */
export type PodCondition = {
  lastProbeTime?: Time | null;
  lastTransitionTime?: Time | null;
  message?: string;
  observedGeneration?: number;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.core.v1.PodDNSConfig` */
export type PodDNSConfig = {
  nameservers?: string[];
  options?: PodDNSConfigOption[];
  searches?: string[];
};

/** `io.k8s.api.core.v1.PodDNSConfigOption` */
export type PodDNSConfigOption = {
  name?: string;
  value?: string;
};

/** `io.k8s.api.policy.v1.PodDisruptionBudget` */
export type PodDisruptionBudget = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PodDisruptionBudgetSpec;
  status: PodDisruptionBudgetStatus;
};

/** `io.k8s.api.policy.v1.PodDisruptionBudgetList` */
export type PodDisruptionBudgetList = {
  apiVersion: string;
  items: PodDisruptionBudget[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.policy.v1.PodDisruptionBudgetSpec` */
export type PodDisruptionBudgetSpec = {
  maxUnavailable?: IntOrString;
  minAvailable?: IntOrString;
  selector?: LabelSelector;
  unhealthyPodEvictionPolicy?: string;
};

/** `io.k8s.api.policy.v1.PodDisruptionBudgetStatus` */
export type PodDisruptionBudgetStatus = {
  conditions?: Condition[];
  currentHealthy?: number;
  desiredHealthy?: number;
  disruptedPods?: Record<string, Time>;
  disruptionsAllowed?: number;
  expectedPods?: number;
  observedGeneration?: number;
};

/** `io.k8s.api.core.v1.PodExtendedResourceClaimStatus` */
export type PodExtendedResourceClaimStatus = {
  requestMappings: ContainerExtendedResourceRequest[];
  resourceClaimName: string;
};

/** `io.k8s.api.batch.v1.PodFailurePolicy` */
export type PodFailurePolicy = {
  rules: PodFailurePolicyRule[];
};

/** `io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement` */
export type PodFailurePolicyOnExitCodesRequirement = {
  containerName?: string;
  operator: string;
  values: number[];
};

/** `io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern` */
export type PodFailurePolicyOnPodConditionsPattern = {
  status?: string;
  type: string;
};

/** `io.k8s.api.batch.v1.PodFailurePolicyRule` */
export type PodFailurePolicyRule = {
  action: string;
  onExitCodes?: PodFailurePolicyOnExitCodesRequirement;
  onPodConditions?: PodFailurePolicyOnPodConditionsPattern[];
};

/** `io.k8s.api.core.v1.PodIP` */
export type PodIP = {
  ip: string;
};

/** `io.k8s.api.core.v1.PodList` */
export type PodList = {
  apiVersion: string;
  items: Pod[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.PodOS` */
export type PodOS = {
  name: string;
};

/** `io.k8s.api.core.v1.PodReadinessGate` */
export type PodReadinessGate = {
  conditionType: string;
};

/** `io.k8s.api.core.v1.PodResourceClaim` */
export type PodResourceClaim = {
  name: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
};

/** `io.k8s.api.core.v1.PodResourceClaimStatus` */
export type PodResourceClaimStatus = {
  name: string;
  resourceClaimName?: string;
};

/** `io.k8s.api.core.v1.PodSchedulingGate` */
export type PodSchedulingGate = {
  name: string;
};

/** `io.k8s.api.core.v1.PodSchedulingGroup` */
export type PodSchedulingGroup = {
  podGroupName?: string;
};

/** `io.k8s.api.core.v1.PodSecurityContext` */
export type PodSecurityContext = {
  appArmorProfile?: AppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: SELinuxOptions;
  seccompProfile?: SeccompProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  sysctls?: Sysctl[];
  windowsOptions?: WindowsSecurityContextOptions;
};

/** `io.k8s.api.core.v1.PodSpec` */
export type PodSpec = {
  activeDeadlineSeconds?: number;
  affinity?: Affinity;
  automountServiceAccountToken?: boolean;
  containers: Container[];
  dnsConfig?: PodDNSConfig;
  dnsPolicy?: string;
  enableServiceLinks?: boolean;
  ephemeralContainers?: EphemeralContainer[];
  hostAliases?: HostAlias[];
  hostIPC?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostUsers?: boolean;
  hostname?: string;
  hostnameOverride?: string;
  imagePullSecrets?: LocalObjectReference[];
  initContainers?: Container[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  os?: PodOS;
  overhead?: Record<string, Quantity>;
  preemptionPolicy?: string;
  priority?: number;
  priorityClassName?: string;
  readinessGates?: PodReadinessGate[];
  resourceClaims?: PodResourceClaim[];
  resources?: ResourceRequirements;
  restartPolicy?: string;
  runtimeClassName?: string;
  schedulerName?: string;
  schedulingGates?: PodSchedulingGate[];
  schedulingGroup?: PodSchedulingGroup;
  securityContext?: PodSecurityContext;
  serviceAccount?: string;
  serviceAccountName?: string;
  setHostnameAsFQDN?: boolean;
  shareProcessNamespace?: boolean;
  subdomain?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: Toleration[];
  topologySpreadConstraints?: TopologySpreadConstraint[];
  volumes?: Volume[];
};

/** `io.k8s.api.core.v1.PodStatus` */
export type PodStatus = {
  allocatedResources?: Record<string, Quantity>;
  conditions?: PodCondition[];
  containerStatuses?: ContainerStatus[];
  ephemeralContainerStatuses?: ContainerStatus[];
  extendedResourceClaimStatus?: PodExtendedResourceClaimStatus;
  hostIP?: string;
  hostIPs?: HostIP[];
  initContainerStatuses?: ContainerStatus[];
  message?: string;
  nodeAllocatableResourceClaimStatuses?: NodeAllocatableResourceClaimStatus[];
  nominatedNodeName?: string;
  observedGeneration?: number;
  phase?: string;
  podIP?: string;
  podIPs?: PodIP[];
  qosClass?: string;
  reason?: string;
  resize?: string;
  resourceClaimStatuses?: PodResourceClaimStatus[];
  resources?: ResourceRequirements;
  startTime?: Time;
};

/** `io.k8s.api.core.v1.PodTemplate` */
export type PodTemplate = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  template: PodTemplateSpec;
};

/** `io.k8s.api.core.v1.PodTemplateList` */
export type PodTemplateList = {
  apiVersion: string;
  items: PodTemplate[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.PodTemplateSpec` */
export type PodTemplateSpec = {
  metadata: ObjectMeta;
  spec: PodSpec;
};

/** `io.k8s.api.autoscaling.v2.PodsMetricSource` */
export type PodsMetricSource = {
  metric: MetricIdentifier;
  target: MetricTarget;
};

/** `io.k8s.api.autoscaling.v2.PodsMetricStatus` */
export type PodsMetricStatus = {
  current: MetricValueStatus;
  metric: MetricIdentifier;
};

/** `io.k8s.api.rbac.v1.PolicyRule` */
export type PolicyRule = {
  apiGroups?: string[];
  nonResourceURLs?: string[];
  resourceNames?: string[];
  resources?: string[];
  verbs: string[];
};

/** `io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects` */
export type PolicyRulesWithSubjects = {
  nonResourceRules?: NonResourcePolicyRule[];
  resourceRules?: ResourcePolicyRule[];
  subjects: FlowcontrolV1Subject[];
};

/** `io.k8s.api.core.v1.PortStatus` */
export type PortStatus = {
  error?: string;
  port: number;
  protocol: string;
};

/** `io.k8s.api.core.v1.PortworxVolumeSource` */
export type PortworxVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  volumeID: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions` */
export type Preconditions = {
  resourceVersion?: string;
  uid?: string;
};

/** `io.k8s.api.core.v1.PreferredSchedulingTerm` */
export type PreferredSchedulingTerm = {
  preference: NodeSelectorTerm;
  weight: number;
};

/** `io.k8s.api.scheduling.v1.PriorityClass` */
export type PriorityClass = {
  apiVersion: string;
  description?: string;
  globalDefault?: boolean;
  kind: string;
  metadata: ObjectMeta;
  preemptionPolicy?: string;
  value?: number;
};

/** `io.k8s.api.scheduling.v1.PriorityClassList` */
export type PriorityClassList = {
  apiVersion: string;
  items: PriorityClass[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration` */
export type PriorityLevelConfiguration = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PriorityLevelConfigurationSpec;
  status: PriorityLevelConfigurationStatus;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition` */
export type PriorityLevelConfigurationCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationList` */
export type PriorityLevelConfigurationList = {
  apiVersion: string;
  items: PriorityLevelConfiguration[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference` */
export type PriorityLevelConfigurationReference = {
  name: string;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec` */
export type PriorityLevelConfigurationSpec = {
  exempt?: ExemptPriorityLevelConfiguration;
  limited?: LimitedPriorityLevelConfiguration;
  type: string;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus` */
export type PriorityLevelConfigurationStatus = {
  conditions?: PriorityLevelConfigurationCondition[];
};

/** `io.k8s.api.core.v1.Probe` */
export type Probe = {
  exec?: ExecAction;
  failureThreshold?: number;
  grpc?: GRPCAction;
  httpGet?: HTTPGetAction;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  tcpSocket?: TCPSocketAction;
  terminationGracePeriodSeconds?: number;
  timeoutSeconds?: number;
};

/** `io.k8s.api.core.v1.ProjectedVolumeSource` */
export type ProjectedVolumeSource = {
  defaultMode?: number;
  sources?: VolumeProjection[];
};

/** An amount such as `"500m"` or `"1Gi"`, in canonical form. */
export type Quantity = string;

/** `io.k8s.api.flowcontrol.v1.QueuingConfiguration` */
export type QueuingConfiguration = {
  handSize?: number;
  queueLengthLimit?: number;
  queues?: number;
};

/** `io.k8s.api.core.v1.QuobyteVolumeSource` */
export type QuobyteVolumeSource = {
  group?: string;
  readOnly?: boolean;
  registry: string;
  tenant?: string;
  user?: string;
  volume: string;
};

/** `io.k8s.api.core.v1.RBDPersistentVolumeSource` */
export type RBDPersistentVolumeSource = {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
  user?: string;
};

/** `io.k8s.api.core.v1.RBDVolumeSource` */
export type RBDVolumeSource = {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  user?: string;
};

/** An object of any kind. */
export type RawExtension = JsonObject;

/** `io.k8s.api.apps.v1.ReplicaSet` */
export type ReplicaSet = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ReplicaSetSpec;
  status: ReplicaSetStatus;
};

/** `io.k8s.api.apps.v1.ReplicaSetCondition` */
export type ReplicaSetCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.apps.v1.ReplicaSetList` */
export type ReplicaSetList = {
  apiVersion: string;
  items: ReplicaSet[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.apps.v1.ReplicaSetSpec` */
export type ReplicaSetSpec = {
  minReadySeconds?: number;
  replicas?: number;
  selector: LabelSelector;
  template: PodTemplateSpec;
};

/** `io.k8s.api.apps.v1.ReplicaSetStatus` */
export type ReplicaSetStatus = {
  availableReplicas?: number;
  conditions?: ReplicaSetCondition[];
  fullyLabeledReplicas?: number;
  observedGeneration?: number;
  readyReplicas?: number;
  replicas: number;
  terminatingReplicas?: number;
};

/** `io.k8s.api.core.v1.ReplicationController` */
export type ReplicationController = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ReplicationControllerSpec;
  status: ReplicationControllerStatus;
};

/** `io.k8s.api.core.v1.ReplicationControllerCondition` */
export type ReplicationControllerCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.core.v1.ReplicationControllerList` */
export type ReplicationControllerList = {
  apiVersion: string;
  items: ReplicationController[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.ReplicationControllerSpec` */
export type ReplicationControllerSpec = {
  minReadySeconds?: number;
  replicas?: number;
  selector?: Record<string, string>;
  template?: PodTemplateSpec;
};

/** `io.k8s.api.core.v1.ReplicationControllerStatus` */
export type ReplicationControllerStatus = {
  availableReplicas?: number;
  conditions?: ReplicationControllerCondition[];
  fullyLabeledReplicas?: number;
  observedGeneration?: number;
  readyReplicas?: number;
  replicas: number;
};

/** `io.k8s.api.authorization.v1.ResourceAttributes` */
export type ResourceAttributes = {
  fieldSelector?: FieldSelectorAttributes;
  group?: string;
  labelSelector?: LabelSelectorAttributes;
  name?: string;
  namespace?: string;
  resource?: string;
  subresource?: string;
  verb?: string;
  version?: string;
};

/** `io.k8s.api.resource.v1.ResourceClaim` */
export type ResourceClaim = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceClaimSpec;
  status: ResourceClaimStatus;
};

/** `io.k8s.api.resource.v1.ResourceClaimConsumerReference` */
export type ResourceClaimConsumerReference = {
  apiGroup?: string;
  name: string;
  resource: string;
  uid: string;
};

/** `io.k8s.api.resource.v1.ResourceClaimList` */
export type ResourceClaimList = {
  apiVersion: string;
  items: ResourceClaim[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.resource.v1.ResourceClaimSpec` */
export type ResourceClaimSpec = {
  devices: DeviceClaim;
};

/** `io.k8s.api.resource.v1.ResourceClaimStatus` */
export type ResourceClaimStatus = {
  allocation?: AllocationResult;
  devices?: AllocatedDeviceStatus[];
  reservedFor?: ResourceClaimConsumerReference[];
};

/** `io.k8s.api.resource.v1.ResourceClaimTemplate` */
export type ResourceClaimTemplate = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceClaimTemplateSpec;
};

/** `io.k8s.api.resource.v1.ResourceClaimTemplateList` */
export type ResourceClaimTemplateList = {
  apiVersion: string;
  items: ResourceClaimTemplate[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.resource.v1.ResourceClaimTemplateSpec` */
export type ResourceClaimTemplateSpec = {
  metadata: ObjectMeta;
  spec: ResourceClaimSpec;
};

/** `io.k8s.api.core.v1.ResourceFieldSelector` */
export type ResourceFieldSelector = {
  containerName?: string;
  divisor?: Quantity;
  resource: string;
};

/** `io.k8s.api.core.v1.ResourceHealth` */
export type ResourceHealth = {
  health?: string;
  message?: string;
  resourceID: string;
};

/** `io.k8s.api.autoscaling.v2.ResourceMetricSource` */
export type ResourceMetricSource = {
  name: string;
  target: MetricTarget;
};

/** `io.k8s.api.autoscaling.v2.ResourceMetricStatus` */
export type ResourceMetricStatus = {
  current: MetricValueStatus;
  name: string;
};

/** `io.k8s.api.flowcontrol.v1.ResourcePolicyRule` */
export type ResourcePolicyRule = {
  apiGroups: string[];
  clusterScope?: boolean;
  namespaces?: string[];
  resources: string[];
  verbs: string[];
};

/** `io.k8s.api.resource.v1.ResourcePool` */
export type ResourcePool = {
  generation: number;
  name: string;
  resourceSliceCount: number;
};

/** `io.k8s.api.core.v1.ResourceQuota` */
export type ResourceQuota = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceQuotaSpec;
  status: ResourceQuotaStatus;
};

/** `io.k8s.api.core.v1.ResourceQuotaList` */
export type ResourceQuotaList = {
  apiVersion: string;
  items: ResourceQuota[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.ResourceQuotaSpec` */
export type ResourceQuotaSpec = {
  hard?: Record<string, Quantity>;
  scopeSelector?: ScopeSelector;
  scopes?: string[];
};

/** `io.k8s.api.core.v1.ResourceQuotaStatus` */
export type ResourceQuotaStatus = {
  hard?: Record<string, Quantity>;
  used?: Record<string, Quantity>;
};

/** `io.k8s.api.core.v1.ResourceRequirements` */
export type ResourceRequirements = {
  claims?: CoreV1ResourceClaim[];
  limits?: Record<string, Quantity>;
  requests?: Record<string, Quantity>;
};

/** `io.k8s.api.authorization.v1.ResourceRule` */
export type ResourceRule = {
  apiGroups?: string[];
  resourceNames?: string[];
  resources?: string[];
  verbs: string[];
};

/** `io.k8s.api.resource.v1.ResourceSlice` */
export type ResourceSlice = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceSliceSpec;
};

/** `io.k8s.api.resource.v1.ResourceSliceList` */
export type ResourceSliceList = {
  apiVersion: string;
  items: ResourceSlice[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.resource.v1.ResourceSliceSpec` */
export type ResourceSliceSpec = {
  allNodes?: boolean;
  devices?: Device[];
  driver: string;
  nodeName?: string;
  nodeSelector?: NodeSelector;
  perDeviceNodeSelection?: boolean;
  pool: ResourcePool;
  sharedCounters?: CounterSet[];
};

/** `io.k8s.api.core.v1.ResourceStatus` */
export type ResourceStatus = {
  name: string;
  resources?: ResourceHealth[];
};

/** `io.k8s.api.rbac.v1.Role` */
export type Role = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  rules?: PolicyRule[] | null;
};

/** `io.k8s.api.rbac.v1.RoleBinding` */
export type RoleBinding = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  roleRef: RoleRef;
  subjects?: Subject[];
};

/** `io.k8s.api.rbac.v1.RoleBindingList` */
export type RoleBindingList = {
  apiVersion: string;
  items: RoleBinding[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.rbac.v1.RoleList` */
export type RoleList = {
  apiVersion: string;
  items: Role[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.rbac.v1.RoleRef` */
export type RoleRef = {
  apiGroup?: string;
  kind: string;
  name: string;
};

/** `io.k8s.api.apps.v1.RollingUpdateDaemonSet` */
export type RollingUpdateDaemonSet = {
  maxSurge?: IntOrString;
  maxUnavailable?: IntOrString;
};

/** `io.k8s.api.apps.v1.RollingUpdateDeployment` */
export type RollingUpdateDeployment = {
  maxSurge?: IntOrString;
  maxUnavailable?: IntOrString;
};

/** `io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy` */
export type RollingUpdateStatefulSetStrategy = {
  maxUnavailable?: IntOrString;
  partition?: number;
};

/** `io.k8s.api.admissionregistration.v1.RuleWithOperations` */
export type RuleWithOperations = {
  apiGroups?: string[];
  apiVersions?: string[];
  operations?: string[];
  resources?: string[];
  scope?: string;
};

/** `io.k8s.api.node.v1.RuntimeClass` */
export type RuntimeClass = {
  apiVersion: string;
  handler: string;
  kind: string;
  metadata: ObjectMeta;
  overhead?: Overhead;
  scheduling?: Scheduling;
};

/** `io.k8s.api.node.v1.RuntimeClassList` */
export type RuntimeClassList = {
  apiVersion: string;
  items: RuntimeClass[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.SELinuxOptions` */
export type SELinuxOptions = {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
};

/** `io.k8s.api.autoscaling.v1.Scale` */
export type Scale = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ScaleSpec;
  status: ScaleStatus;
};

/** `io.k8s.api.core.v1.ScaleIOPersistentVolumeSource` */
export type ScaleIOPersistentVolumeSource = {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: SecretReference;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
};

/** `io.k8s.api.core.v1.ScaleIOVolumeSource` */
export type ScaleIOVolumeSource = {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: LocalObjectReference;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
};

/** `io.k8s.api.autoscaling.v1.ScaleSpec` */
export type ScaleSpec = {
  replicas?: number;
};

/** `io.k8s.api.autoscaling.v1.ScaleStatus` */
export type ScaleStatus = {
  replicas: number;
  selector?: string;
};

/** `io.k8s.api.node.v1.Scheduling` */
export type Scheduling = {
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
};

/** `io.k8s.api.core.v1.ScopeSelector` */
export type ScopeSelector = {
  matchExpressions?: ScopedResourceSelectorRequirement[];
};

/** `io.k8s.api.core.v1.ScopedResourceSelectorRequirement` */
export type ScopedResourceSelectorRequirement = {
  operator: string;
  scopeName: string;
  values?: string[];
};

/** `io.k8s.api.core.v1.SeccompProfile` */
export type SeccompProfile = {
  localhostProfile?: string;
  type: string;
};

/** `io.k8s.api.core.v1.Secret` */
export type Secret = {
  apiVersion: string;
  data?: Record<string, string>;
  immutable?: boolean;
  kind: string;
  metadata: ObjectMeta;
  stringData?: Record<string, string>;
  type?: string;
};

/** `io.k8s.api.core.v1.SecretEnvSource` */
export type SecretEnvSource = {
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.SecretKeySelector` */
export type SecretKeySelector = {
  key: string;
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.SecretList` */
export type SecretList = {
  apiVersion: string;
  items: Secret[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.SecretProjection` */
export type SecretProjection = {
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.SecretReference` */
export type SecretReference = {
  name?: string;
  namespace?: string;
};

/** `io.k8s.api.core.v1.SecretVolumeSource` */
export type SecretVolumeSource = {
  defaultMode?: number;
  items?: KeyToPath[];
  optional?: boolean;
  secretName?: string;
};

/** `io.k8s.api.core.v1.SecurityContext` */
export type SecurityContext = {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: AppArmorProfile;
  capabilities?: Capabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: SELinuxOptions;
  seccompProfile?: SeccompProfile;
  windowsOptions?: WindowsSecurityContextOptions;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField` */
export type SelectableField = {
  jsonPath: string;
};

/** `io.k8s.api.authorization.v1.SelfSubjectAccessReview` */
export type SelfSubjectAccessReview = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SelfSubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
};

/** `io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec` */
export type SelfSubjectAccessReviewSpec = {
  nonResourceAttributes?: NonResourceAttributes;
  resourceAttributes?: ResourceAttributes;
};

/** `io.k8s.api.authentication.v1.SelfSubjectReview` */
export type SelfSubjectReview = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  status: SelfSubjectReviewStatus;
};

/** `io.k8s.api.authentication.v1.SelfSubjectReviewStatus` */
export type SelfSubjectReviewStatus = {
  userInfo: UserInfo;
};

/** `io.k8s.api.authorization.v1.SelfSubjectRulesReview` */
export type SelfSubjectRulesReview = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SelfSubjectRulesReviewSpec;
  status: SubjectRulesReviewStatus;
};

/** `io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec` */
export type SelfSubjectRulesReviewSpec = {
  namespace?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR` */
export type ServerAddressByClientCIDR = {
  clientCIDR: string;
  serverAddress: string;
};

/** `io.k8s.api.core.v1.Service` */
export type Service = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ServiceSpec;
  status: ServiceStatus;
};

/** `io.k8s.api.core.v1.ServiceAccount` */
export type ServiceAccount = {
  apiVersion: string;
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: LocalObjectReference[];
  kind: string;
  metadata: ObjectMeta;
  secrets?: ObjectReference[];
};

/** `io.k8s.api.core.v1.ServiceAccountList` */
export type ServiceAccountList = {
  apiVersion: string;
  items: ServiceAccount[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.flowcontrol.v1.ServiceAccountSubject` */
export type ServiceAccountSubject = {
  name: string;
  namespace: string;
};

/** `io.k8s.api.core.v1.ServiceAccountTokenProjection` */
export type ServiceAccountTokenProjection = {
  audience?: string;
  expirationSeconds?: number;
  path: string;
};

/** `io.k8s.api.networking.v1.ServiceBackendPort` */
export type ServiceBackendPort = {
  name?: string;
  number?: number;
};

/** `io.k8s.api.networking.v1.ServiceCIDR` */
export type ServiceCIDR = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ServiceCIDRSpec;
  status: ServiceCIDRStatus;
};

/** `io.k8s.api.networking.v1.ServiceCIDRList` */
export type ServiceCIDRList = {
  apiVersion: string;
  items: ServiceCIDR[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.networking.v1.ServiceCIDRSpec` */
export type ServiceCIDRSpec = {
  cidrs?: string[];
};

/** `io.k8s.api.networking.v1.ServiceCIDRStatus` */
export type ServiceCIDRStatus = {
  conditions?: Condition[];
};

/** `io.k8s.api.core.v1.ServiceList` */
export type ServiceList = {
  apiVersion: string;
  items: Service[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.ServicePort` */
export type ServicePort = {
  appProtocol?: string;
  name?: string;
  nodePort?: number;
  port: number;
  protocol?: string;
  targetPort?: IntOrString;
};

/** `io.k8s.api.admissionregistration.v1.ServiceReference` */
export type ServiceReference = {
  name: string;
  namespace: string;
  path?: string;
  port?: number;
};

/** `io.k8s.api.core.v1.ServiceSpec` */
export type ServiceSpec = {
  allocateLoadBalancerNodePorts?: boolean;
  clusterIP?: string;
  clusterIPs?: string[];
  externalIPs?: string[];
  externalName?: string;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  internalTrafficPolicy?: string;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  loadBalancerClass?: string;
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  ports?: ServicePort[];
  publishNotReadyAddresses?: boolean;
  selector?: Record<string, string>;
  sessionAffinity?: string;
  sessionAffinityConfig?: SessionAffinityConfig;
  trafficDistribution?: string;
  type?: string;
};

/** `io.k8s.api.core.v1.ServiceStatus` */
export type ServiceStatus = {
  conditions?: Condition[];
  loadBalancer: LoadBalancerStatus;
};

/** `io.k8s.api.core.v1.SessionAffinityConfig` */
export type SessionAffinityConfig = {
  clientIP?: ClientIPConfig;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo` */
export type ShardInfo = {
  selector: string;
};

/** `io.k8s.api.core.v1.SleepAction` */
export type SleepAction = {
  seconds: number;
};

/** `io.k8s.api.apps.v1.StatefulSet` */
export type StatefulSet = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: StatefulSetSpec;
  status: StatefulSetStatus;
};

/** `io.k8s.api.apps.v1.StatefulSetCondition` */
export type StatefulSetCondition = {
  lastTransitionTime?: Time | null;
  message?: string;
  reason?: string;
  status: string;
  type: string;
};

/** `io.k8s.api.apps.v1.StatefulSetList` */
export type StatefulSetList = {
  apiVersion: string;
  items: StatefulSet[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.apps.v1.StatefulSetOrdinals` */
export type StatefulSetOrdinals = {
  start?: number;
};

/** `io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy` */
export type StatefulSetPersistentVolumeClaimRetentionPolicy = {
  whenDeleted?: string;
  whenScaled?: string;
};

/** `io.k8s.api.apps.v1.StatefulSetSpec` */
export type StatefulSetSpec = {
  minReadySeconds?: number;
  ordinals?: StatefulSetOrdinals;
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  podManagementPolicy?: string;
  replicas?: number;
  revisionHistoryLimit?: number;
  selector: LabelSelector;
  serviceName?: string;
  template: PodTemplateSpec;
  updateStrategy: StatefulSetUpdateStrategy;
  volumeClaimTemplates?: PersistentVolumeClaim[];
};

/** `io.k8s.api.apps.v1.StatefulSetStatus` */
export type StatefulSetStatus = {
  availableReplicas?: number;
  collisionCount?: number;
  conditions?: StatefulSetCondition[];
  currentReplicas?: number;
  currentRevision?: string;
  observedGeneration?: number;
  readyReplicas?: number;
  replicas: number;
  updateRevision?: string;
  updatedReplicas?: number;
};

/** `io.k8s.api.apps.v1.StatefulSetUpdateStrategy` */
export type StatefulSetUpdateStrategy = {
  rollingUpdate?: RollingUpdateStatefulSetStrategy;
  type?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.Status` */
export type Status = {
  apiVersion: string;
  code?: number;
  details?: StatusDetails;
  kind: string;
  message?: string;
  metadata: ListMeta;
  reason?: string;
  status?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause` */
export type StatusCause = {
  field?: string;
  message?: string;
  reason?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails` */
export type StatusDetails = {
  causes?: StatusCause[];
  group?: string;
  kind?: string;
  name?: string;
  retryAfterSeconds?: number;
  uid?: string;
};

/** `io.k8s.api.storage.v1.StorageClass` */
export type StorageClass = {
  allowVolumeExpansion?: boolean;
  allowedTopologies?: TopologySelectorTerm[];
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  mountOptions?: string[];
  parameters?: Record<string, string>;
  provisioner: string;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
};

/** `io.k8s.api.storage.v1.StorageClassList` */
export type StorageClassList = {
  apiVersion: string;
  items: StorageClass[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.StorageOSPersistentVolumeSource` */
export type StorageOSPersistentVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: ObjectReference;
  volumeName?: string;
  volumeNamespace?: string;
};

/** `io.k8s.api.core.v1.StorageOSVolumeSource` */
export type StorageOSVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  volumeName?: string;
  volumeNamespace?: string;
};

/** `io.k8s.api.storage.v1.TokenRequest` */
export type StorageV1TokenRequest = {
  audience: string;
  expirationSeconds?: number;
};

/** `io.k8s.api.rbac.v1.Subject` */
export type Subject = {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
};

/** `io.k8s.api.authorization.v1.SubjectAccessReview` */
export type SubjectAccessReview = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
};

/** `io.k8s.api.authorization.v1.SubjectAccessReviewSpec` */
export type SubjectAccessReviewSpec = {
  extra?: Record<string, string[]>;
  groups?: string[];
  nonResourceAttributes?: NonResourceAttributes;
  resourceAttributes?: ResourceAttributes;
  uid?: string;
  user?: string;
};

/** `io.k8s.api.authorization.v1.SubjectAccessReviewStatus` */
export type SubjectAccessReviewStatus = {
  allowed: boolean;
  denied?: boolean;
  evaluationError?: string;
  reason?: string;
};

/** `io.k8s.api.authorization.v1.SubjectRulesReviewStatus` */
export type SubjectRulesReviewStatus = {
  evaluationError?: string;
  incomplete: boolean;
  nonResourceRules: NonResourceRule[];
  resourceRules: ResourceRule[];
};

/** `io.k8s.api.batch.v1.SuccessPolicy` */
export type SuccessPolicy = {
  rules: SuccessPolicyRule[];
};

/** `io.k8s.api.batch.v1.SuccessPolicyRule` */
export type SuccessPolicyRule = {
  succeededCount?: number;
  succeededIndexes?: string;
};

/** `io.k8s.api.core.v1.Sysctl` */
export type Sysctl = {
  name: string;
  value: string;
};

/** `io.k8s.api.core.v1.TCPSocketAction` */
export type TCPSocketAction = {
  host?: string;
  port: IntOrString;
};

/** `io.k8s.api.core.v1.Taint` */
export type Taint = {
  effect: string;
  key: string;
  timeAdded?: Time;
  value?: string;
};

/** An instant to the second, RFC 3339 in UTC: `2026-01-02T03:04:05Z`. */
export type Time = string;

/** `io.k8s.api.authentication.v1.TokenRequest` */
export type TokenRequest = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: TokenRequestSpec;
  status: TokenRequestStatus;
};

/** `io.k8s.api.authentication.v1.TokenRequestSpec` */
export type TokenRequestSpec = {
  audiences?: string[];
  boundObjectRef?: BoundObjectReference;
  expirationSeconds?: number;
};

/** `io.k8s.api.authentication.v1.TokenRequestStatus` */
export type TokenRequestStatus = {
  expirationTimestamp?: Time | null;
  token?: string;
};

/** `io.k8s.api.authentication.v1.TokenReview` */
export type TokenReview = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: TokenReviewSpec;
  status: TokenReviewStatus;
};

/** `io.k8s.api.authentication.v1.TokenReviewSpec` */
export type TokenReviewSpec = {
  audiences?: string[];
  token: string;
};

/** `io.k8s.api.authentication.v1.TokenReviewStatus` */
export type TokenReviewStatus = {
  audiences?: string[];
  authenticated?: boolean;
  error?: string;
  user: UserInfo;
};

/** `io.k8s.api.core.v1.Toleration` */
export type Toleration = {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number;
  value?: string;
};

/** `io.k8s.api.core.v1.TopologySelectorLabelRequirement` */
export type TopologySelectorLabelRequirement = {
  key: string;
  values: string[];
};

/** `io.k8s.api.core.v1.TopologySelectorTerm` */
export type TopologySelectorTerm = {
  matchLabelExpressions?: TopologySelectorLabelRequirement[];
};

/** `io.k8s.api.core.v1.TopologySpreadConstraint` */
export type TopologySpreadConstraint = {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  maxSkew: number;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  topologyKey: string;
  whenUnsatisfiable: string;
};

/** `io.k8s.api.admissionregistration.v1.TypeChecking` */
export type TypeChecking = {
  expressionWarnings?: ExpressionWarning[];
};

/** `io.k8s.api.core.v1.TypedLocalObjectReference` */
export type TypedLocalObjectReference = {
  apiGroup?: string;
  kind: string;
  name: string;
};

/** `io.k8s.api.core.v1.TypedObjectReference` */
export type TypedObjectReference = {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
};

/** `io.k8s.api.batch.v1.UncountedTerminatedPods` */
export type UncountedTerminatedPods = {
  failed?: string[];
  succeeded?: string[];
};

/** `io.k8s.api.authentication.v1.UserInfo` */
export type UserInfo = {
  extra?: Record<string, string[]>;
  groups?: string[];
  uid?: string;
  username?: string;
};

/** `io.k8s.api.flowcontrol.v1.UserSubject` */
export type UserSubject = {
  name: string;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy` */
export type ValidatingAdmissionPolicy = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ValidatingAdmissionPolicySpec;
  status: ValidatingAdmissionPolicyStatus;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding` */
export type ValidatingAdmissionPolicyBinding = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ValidatingAdmissionPolicyBindingSpec;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingList` */
export type ValidatingAdmissionPolicyBindingList = {
  apiVersion: string;
  items: ValidatingAdmissionPolicyBinding[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec` */
export type ValidatingAdmissionPolicyBindingSpec = {
  matchResources?: MatchResources;
  paramRef?: ParamRef;
  policyName: string;
  validationActions: string[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyList` */
export type ValidatingAdmissionPolicyList = {
  apiVersion: string;
  items: ValidatingAdmissionPolicy[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec` */
export type ValidatingAdmissionPolicySpec = {
  auditAnnotations?: AuditAnnotation[];
  failurePolicy?: string;
  matchConditions?: MatchCondition[];
  matchConstraints?: MatchResources;
  paramKind?: ParamKind;
  validations?: Validation[];
  variables?: Variable[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus` */
export type ValidatingAdmissionPolicyStatus = {
  conditions?: Condition[];
  observedGeneration?: number;
  typeChecking?: TypeChecking;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingWebhook` */
export type ValidatingWebhook = {
  admissionReviewVersions: string[];
  clientConfig: WebhookClientConfig;
  failurePolicy?: string;
  matchConditions?: MatchCondition[];
  matchPolicy?: string;
  name: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  rules?: RuleWithOperations[];
  sideEffects: string;
  timeoutSeconds?: number;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration` */
export type ValidatingWebhookConfiguration = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  webhooks?: ValidatingWebhook[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList` */
export type ValidatingWebhookConfigurationList = {
  apiVersion: string;
  items: ValidatingWebhookConfiguration[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.admissionregistration.v1.Validation` */
export type Validation = {
  expression: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ValidationRule` */
export type ValidationRule = {
  fieldPath?: string;
  message?: string;
  messageExpression?: string;
  optionalOldSelf?: boolean;
  reason?: string;
  rule: string;
};

/** `io.k8s.api.admissionregistration.v1.Variable` */
export type Variable = {
  expression: string;
  name: string;
};

/** `io.k8s.api.core.v1.Volume` */
export type Volume = {
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  azureFile?: AzureFileVolumeSource;
  cephfs?: CephFSVolumeSource;
  cinder?: CinderVolumeSource;
  configMap?: ConfigMapVolumeSource;
  csi?: CSIVolumeSource;
  downwardAPI?: DownwardAPIVolumeSource;
  emptyDir?: EmptyDirVolumeSource;
  ephemeral?: EphemeralVolumeSource;
  fc?: FCVolumeSource;
  flexVolume?: FlexVolumeSource;
  flocker?: FlockerVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  gitRepo?: GitRepoVolumeSource;
  glusterfs?: GlusterfsVolumeSource;
  hostPath?: HostPathVolumeSource;
  image?: ImageVolumeSource;
  iscsi?: ISCSIVolumeSource;
  name: string;
  nfs?: NFSVolumeSource;
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  projected?: ProjectedVolumeSource;
  quobyte?: QuobyteVolumeSource;
  rbd?: RBDVolumeSource;
  scaleIO?: ScaleIOVolumeSource;
  secret?: SecretVolumeSource;
  storageos?: StorageOSVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
};

/** `io.k8s.api.storage.v1.VolumeAttachment` */
export type VolumeAttachment = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: VolumeAttachmentSpec;
  status: VolumeAttachmentStatus;
};

/** `io.k8s.api.storage.v1.VolumeAttachmentList` */
export type VolumeAttachmentList = {
  apiVersion: string;
  items: VolumeAttachment[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.storage.v1.VolumeAttachmentSource` */
export type VolumeAttachmentSource = {
  inlineVolumeSpec?: PersistentVolumeSpec;
  persistentVolumeName?: string;
};

/** `io.k8s.api.storage.v1.VolumeAttachmentSpec` */
export type VolumeAttachmentSpec = {
  attacher: string;
  nodeName: string;
  source: VolumeAttachmentSource;
};

/** `io.k8s.api.storage.v1.VolumeAttachmentStatus` */
export type VolumeAttachmentStatus = {
  attachError?: VolumeError;
  attached: boolean;
  attachmentMetadata?: Record<string, string>;
  detachError?: VolumeError;
};

/** `io.k8s.api.storage.v1.VolumeAttributesClass` */
export type VolumeAttributesClass = {
  apiVersion: string;
  driverName: string;
  kind: string;
  metadata: ObjectMeta;
  parameters?: Record<string, string>;
};

/** `io.k8s.api.storage.v1.VolumeAttributesClassList` */
export type VolumeAttributesClassList = {
  apiVersion: string;
  items: VolumeAttributesClass[];
  kind: string;
  metadata: ListMeta;
};

/** `io.k8s.api.core.v1.VolumeDevice` */
export type VolumeDevice = {
  devicePath: string;
  name: string;
};

/** `io.k8s.api.storage.v1.VolumeError` */
export type VolumeError = {
  errorCode?: number;
  message?: string;
  time?: Time | null;
};

/** `io.k8s.api.core.v1.VolumeMount` */
export type VolumeMount = {
  mountPath: string;
  mountPropagation?: string;
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
};

/** `io.k8s.api.core.v1.VolumeMountStatus` */
export type VolumeMountStatus = {
  mountPath: string;
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  volumeStatus?: VolumeStatus;
};

/** `io.k8s.api.core.v1.VolumeNodeAffinity` */
export type VolumeNodeAffinity = {
  required?: NodeSelector;
};

/** `io.k8s.api.storage.v1.VolumeNodeResources` */
export type VolumeNodeResources = {
  count?: number;
};

/** `io.k8s.api.core.v1.VolumeProjection` */
export type VolumeProjection = {
  clusterTrustBundle?: ClusterTrustBundleProjection;
  configMap?: ConfigMapProjection;
  downwardAPI?: DownwardAPIProjection;
  podCertificate?: PodCertificateProjection;
  secret?: SecretProjection;
  serviceAccountToken?: ServiceAccountTokenProjection;
};

/** `io.k8s.api.core.v1.VolumeResourceRequirements` */
export type VolumeResourceRequirements = {
  limits?: Record<string, Quantity>;
  requests?: Record<string, Quantity>;
};

/** `io.k8s.api.core.v1.VolumeStatus` */
export type VolumeStatus = {
  image?: ImageVolumeStatus;
};

/** `io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource` */
export type VsphereVirtualDiskVolumeSource = {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent` */
export type WatchEvent = {
  object: RawExtension;
  type: string;
};

/** `io.k8s.api.admissionregistration.v1.WebhookClientConfig` */
export type WebhookClientConfig = {
  caBundle?: string;
  service?: ServiceReference;
  url?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion` */
export type WebhookConversion = {
  clientConfig?: ApiextensionsV1WebhookClientConfig;
  conversionReviewVersions: string[];
};

/** `io.k8s.api.core.v1.WeightedPodAffinityTerm` */
export type WeightedPodAffinityTerm = {
  podAffinityTerm: PodAffinityTerm;
  weight: number;
};

/** `io.k8s.api.core.v1.WindowsSecurityContextOptions` */
export type WindowsSecurityContextOptions = {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
};

/** Every object type by its name in the table. */
export interface ApiTypes {
  APIGroup: APIGroup;
  APIGroupList: APIGroupList;
  APIResource: APIResource;
  APIResourceList: APIResourceList;
  APIService: APIService;
  APIServiceCondition: APIServiceCondition;
  APIServiceList: APIServiceList;
  APIServiceSpec: APIServiceSpec;
  APIServiceStatus: APIServiceStatus;
  APIVersions: APIVersions;
  AWSElasticBlockStoreVolumeSource: AWSElasticBlockStoreVolumeSource;
  Affinity: Affinity;
  AggregationRule: AggregationRule;
  AllocatedDeviceStatus: AllocatedDeviceStatus;
  AllocationResult: AllocationResult;
  ApiextensionsV1ServiceReference: ApiextensionsV1ServiceReference;
  ApiextensionsV1WebhookClientConfig: ApiextensionsV1WebhookClientConfig;
  ApiregistrationV1ServiceReference: ApiregistrationV1ServiceReference;
  AppArmorProfile: AppArmorProfile;
  ApplyConfiguration: ApplyConfiguration;
  AttachedVolume: AttachedVolume;
  AuditAnnotation: AuditAnnotation;
  AzureDiskVolumeSource: AzureDiskVolumeSource;
  AzureFilePersistentVolumeSource: AzureFilePersistentVolumeSource;
  AzureFileVolumeSource: AzureFileVolumeSource;
  Binding: Binding;
  BoundObjectReference: BoundObjectReference;
  CELDeviceSelector: CELDeviceSelector;
  CSIDriver: CSIDriver;
  CSIDriverList: CSIDriverList;
  CSIDriverSpec: CSIDriverSpec;
  CSINode: CSINode;
  CSINodeDriver: CSINodeDriver;
  CSINodeList: CSINodeList;
  CSINodeSpec: CSINodeSpec;
  CSIPersistentVolumeSource: CSIPersistentVolumeSource;
  CSIStorageCapacity: CSIStorageCapacity;
  CSIStorageCapacityList: CSIStorageCapacityList;
  CSIVolumeSource: CSIVolumeSource;
  Capabilities: Capabilities;
  CapacityRequestPolicy: CapacityRequestPolicy;
  CapacityRequestPolicyRange: CapacityRequestPolicyRange;
  CapacityRequirements: CapacityRequirements;
  CephFSPersistentVolumeSource: CephFSPersistentVolumeSource;
  CephFSVolumeSource: CephFSVolumeSource;
  CertificateSigningRequest: CertificateSigningRequest;
  CertificateSigningRequestCondition: CertificateSigningRequestCondition;
  CertificateSigningRequestList: CertificateSigningRequestList;
  CertificateSigningRequestSpec: CertificateSigningRequestSpec;
  CertificateSigningRequestStatus: CertificateSigningRequestStatus;
  CinderPersistentVolumeSource: CinderPersistentVolumeSource;
  CinderVolumeSource: CinderVolumeSource;
  ClientIPConfig: ClientIPConfig;
  ClusterRole: ClusterRole;
  ClusterRoleBinding: ClusterRoleBinding;
  ClusterRoleBindingList: ClusterRoleBindingList;
  ClusterRoleList: ClusterRoleList;
  ClusterTrustBundleProjection: ClusterTrustBundleProjection;
  ComponentCondition: ComponentCondition;
  ComponentStatus: ComponentStatus;
  ComponentStatusList: ComponentStatusList;
  Condition: Condition;
  ConfigMap: ConfigMap;
  ConfigMapEnvSource: ConfigMapEnvSource;
  ConfigMapKeySelector: ConfigMapKeySelector;
  ConfigMapList: ConfigMapList;
  ConfigMapNodeConfigSource: ConfigMapNodeConfigSource;
  ConfigMapProjection: ConfigMapProjection;
  ConfigMapVolumeSource: ConfigMapVolumeSource;
  Container: Container;
  ContainerExtendedResourceRequest: ContainerExtendedResourceRequest;
  ContainerImage: ContainerImage;
  ContainerPort: ContainerPort;
  ContainerResizePolicy: ContainerResizePolicy;
  ContainerResourceMetricSource: ContainerResourceMetricSource;
  ContainerResourceMetricStatus: ContainerResourceMetricStatus;
  ContainerRestartRule: ContainerRestartRule;
  ContainerRestartRuleOnExitCodes: ContainerRestartRuleOnExitCodes;
  ContainerState: ContainerState;
  ContainerStateRunning: ContainerStateRunning;
  ContainerStateTerminated: ContainerStateTerminated;
  ContainerStateWaiting: ContainerStateWaiting;
  ContainerStatus: ContainerStatus;
  ContainerUser: ContainerUser;
  ControllerRevision: ControllerRevision;
  ControllerRevisionList: ControllerRevisionList;
  CoreV1ResourceClaim: CoreV1ResourceClaim;
  Counter: Counter;
  CounterSet: CounterSet;
  CronJob: CronJob;
  CronJobList: CronJobList;
  CronJobSpec: CronJobSpec;
  CronJobStatus: CronJobStatus;
  CrossVersionObjectReference: CrossVersionObjectReference;
  CrossVersionObjectReferenceV1: CrossVersionObjectReferenceV1;
  CustomResourceColumnDefinition: CustomResourceColumnDefinition;
  CustomResourceConversion: CustomResourceConversion;
  CustomResourceDefinition: CustomResourceDefinition;
  CustomResourceDefinitionCondition: CustomResourceDefinitionCondition;
  CustomResourceDefinitionList: CustomResourceDefinitionList;
  CustomResourceDefinitionNames: CustomResourceDefinitionNames;
  CustomResourceDefinitionSpec: CustomResourceDefinitionSpec;
  CustomResourceDefinitionStatus: CustomResourceDefinitionStatus;
  CustomResourceDefinitionVersion: CustomResourceDefinitionVersion;
  CustomResourceSubresourceScale: CustomResourceSubresourceScale;
  CustomResourceSubresourceStatus: CustomResourceSubresourceStatus;
  CustomResourceSubresources: CustomResourceSubresources;
  CustomResourceValidation: CustomResourceValidation;
  DaemonEndpoint: DaemonEndpoint;
  DaemonSet: DaemonSet;
  DaemonSetCondition: DaemonSetCondition;
  DaemonSetList: DaemonSetList;
  DaemonSetSpec: DaemonSetSpec;
  DaemonSetStatus: DaemonSetStatus;
  DaemonSetUpdateStrategy: DaemonSetUpdateStrategy;
  DeleteOptions: DeleteOptions;
  Deployment: Deployment;
  DeploymentCondition: DeploymentCondition;
  DeploymentList: DeploymentList;
  DeploymentSpec: DeploymentSpec;
  DeploymentStatus: DeploymentStatus;
  DeploymentStrategy: DeploymentStrategy;
  Device: Device;
  DeviceAllocationConfiguration: DeviceAllocationConfiguration;
  DeviceAllocationResult: DeviceAllocationResult;
  DeviceAttribute: DeviceAttribute;
  DeviceCapacity: DeviceCapacity;
  DeviceClaim: DeviceClaim;
  DeviceClaimConfiguration: DeviceClaimConfiguration;
  DeviceClass: DeviceClass;
  DeviceClassConfiguration: DeviceClassConfiguration;
  DeviceClassList: DeviceClassList;
  DeviceClassSpec: DeviceClassSpec;
  DeviceConstraint: DeviceConstraint;
  DeviceCounterConsumption: DeviceCounterConsumption;
  DeviceRequest: DeviceRequest;
  DeviceRequestAllocationResult: DeviceRequestAllocationResult;
  DeviceSelector: DeviceSelector;
  DeviceSubRequest: DeviceSubRequest;
  DeviceTaint: DeviceTaint;
  DeviceToleration: DeviceToleration;
  DiscoveryV1EndpointPort: DiscoveryV1EndpointPort;
  DownwardAPIProjection: DownwardAPIProjection;
  DownwardAPIVolumeFile: DownwardAPIVolumeFile;
  DownwardAPIVolumeSource: DownwardAPIVolumeSource;
  EmptyDirVolumeSource: EmptyDirVolumeSource;
  Endpoint: Endpoint;
  EndpointAddress: EndpointAddress;
  EndpointConditions: EndpointConditions;
  EndpointHints: EndpointHints;
  EndpointPort: EndpointPort;
  EndpointSlice: EndpointSlice;
  EndpointSliceList: EndpointSliceList;
  EndpointSubset: EndpointSubset;
  Endpoints: Endpoints;
  EndpointsList: EndpointsList;
  EnvFromSource: EnvFromSource;
  EnvVar: EnvVar;
  EnvVarSource: EnvVarSource;
  EphemeralContainer: EphemeralContainer;
  EphemeralVolumeSource: EphemeralVolumeSource;
  Event: Event;
  EventList: EventList;
  EventSeries: EventSeries;
  EventSource: EventSource;
  EventsV1Event: EventsV1Event;
  EventsV1EventList: EventsV1EventList;
  EventsV1EventSeries: EventsV1EventSeries;
  Eviction: Eviction;
  ExactDeviceRequest: ExactDeviceRequest;
  ExecAction: ExecAction;
  ExemptPriorityLevelConfiguration: ExemptPriorityLevelConfiguration;
  ExpressionWarning: ExpressionWarning;
  ExternalDocumentation: ExternalDocumentation;
  ExternalMetricSource: ExternalMetricSource;
  ExternalMetricStatus: ExternalMetricStatus;
  FCVolumeSource: FCVolumeSource;
  FieldSelectorAttributes: FieldSelectorAttributes;
  FieldSelectorRequirement: FieldSelectorRequirement;
  FileKeySelector: FileKeySelector;
  FlexPersistentVolumeSource: FlexPersistentVolumeSource;
  FlexVolumeSource: FlexVolumeSource;
  FlockerVolumeSource: FlockerVolumeSource;
  FlowDistinguisherMethod: FlowDistinguisherMethod;
  FlowSchema: FlowSchema;
  FlowSchemaCondition: FlowSchemaCondition;
  FlowSchemaList: FlowSchemaList;
  FlowSchemaSpec: FlowSchemaSpec;
  FlowSchemaStatus: FlowSchemaStatus;
  FlowcontrolV1Subject: FlowcontrolV1Subject;
  ForNode: ForNode;
  ForZone: ForZone;
  GCEPersistentDiskVolumeSource: GCEPersistentDiskVolumeSource;
  GRPCAction: GRPCAction;
  GitRepoVolumeSource: GitRepoVolumeSource;
  GlusterfsPersistentVolumeSource: GlusterfsPersistentVolumeSource;
  GlusterfsVolumeSource: GlusterfsVolumeSource;
  GroupResource: GroupResource;
  GroupSubject: GroupSubject;
  GroupVersionForDiscovery: GroupVersionForDiscovery;
  HPAScalingPolicy: HPAScalingPolicy;
  HPAScalingRules: HPAScalingRules;
  HTTPGetAction: HTTPGetAction;
  HTTPHeader: HTTPHeader;
  HTTPIngressPath: HTTPIngressPath;
  HTTPIngressRuleValue: HTTPIngressRuleValue;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  HorizontalPodAutoscalerBehavior: HorizontalPodAutoscalerBehavior;
  HorizontalPodAutoscalerCondition: HorizontalPodAutoscalerCondition;
  HorizontalPodAutoscalerList: HorizontalPodAutoscalerList;
  HorizontalPodAutoscalerListV1: HorizontalPodAutoscalerListV1;
  HorizontalPodAutoscalerSpec: HorizontalPodAutoscalerSpec;
  HorizontalPodAutoscalerSpecV1: HorizontalPodAutoscalerSpecV1;
  HorizontalPodAutoscalerStatus: HorizontalPodAutoscalerStatus;
  HorizontalPodAutoscalerStatusV1: HorizontalPodAutoscalerStatusV1;
  HorizontalPodAutoscalerV1: HorizontalPodAutoscalerV1;
  HostAlias: HostAlias;
  HostIP: HostIP;
  HostPathVolumeSource: HostPathVolumeSource;
  IPAddress: IPAddress;
  IPAddressList: IPAddressList;
  IPAddressSpec: IPAddressSpec;
  IPBlock: IPBlock;
  ISCSIPersistentVolumeSource: ISCSIPersistentVolumeSource;
  ISCSIVolumeSource: ISCSIVolumeSource;
  ImageVolumeSource: ImageVolumeSource;
  ImageVolumeStatus: ImageVolumeStatus;
  Ingress: Ingress;
  IngressBackend: IngressBackend;
  IngressClass: IngressClass;
  IngressClassList: IngressClassList;
  IngressClassParametersReference: IngressClassParametersReference;
  IngressClassSpec: IngressClassSpec;
  IngressList: IngressList;
  IngressLoadBalancerIngress: IngressLoadBalancerIngress;
  IngressLoadBalancerStatus: IngressLoadBalancerStatus;
  IngressPortStatus: IngressPortStatus;
  IngressRule: IngressRule;
  IngressServiceBackend: IngressServiceBackend;
  IngressSpec: IngressSpec;
  IngressStatus: IngressStatus;
  IngressTLS: IngressTLS;
  JSONPatch: JSONPatch;
  JSONSchemaProps: JSONSchemaProps;
  Job: Job;
  JobCondition: JobCondition;
  JobList: JobList;
  JobSpec: JobSpec;
  JobStatus: JobStatus;
  JobTemplateSpec: JobTemplateSpec;
  KeyToPath: KeyToPath;
  LabelSelector: LabelSelector;
  LabelSelectorAttributes: LabelSelectorAttributes;
  LabelSelectorRequirement: LabelSelectorRequirement;
  Lease: Lease;
  LeaseList: LeaseList;
  LeaseSpec: LeaseSpec;
  Lifecycle: Lifecycle;
  LifecycleHandler: LifecycleHandler;
  LimitRange: LimitRange;
  LimitRangeItem: LimitRangeItem;
  LimitRangeList: LimitRangeList;
  LimitRangeSpec: LimitRangeSpec;
  LimitResponse: LimitResponse;
  LimitedPriorityLevelConfiguration: LimitedPriorityLevelConfiguration;
  LinuxContainerUser: LinuxContainerUser;
  ListMeta: ListMeta;
  LoadBalancerIngress: LoadBalancerIngress;
  LoadBalancerStatus: LoadBalancerStatus;
  LocalObjectReference: LocalObjectReference;
  LocalSubjectAccessReview: LocalSubjectAccessReview;
  LocalVolumeSource: LocalVolumeSource;
  ManagedFieldsEntry: ManagedFieldsEntry;
  MatchCondition: MatchCondition;
  MatchResources: MatchResources;
  MetricIdentifier: MetricIdentifier;
  MetricSpec: MetricSpec;
  MetricStatus: MetricStatus;
  MetricTarget: MetricTarget;
  MetricValueStatus: MetricValueStatus;
  ModifyVolumeStatus: ModifyVolumeStatus;
  MutatingAdmissionPolicy: MutatingAdmissionPolicy;
  MutatingAdmissionPolicyBinding: MutatingAdmissionPolicyBinding;
  MutatingAdmissionPolicyBindingList: MutatingAdmissionPolicyBindingList;
  MutatingAdmissionPolicyBindingSpec: MutatingAdmissionPolicyBindingSpec;
  MutatingAdmissionPolicyList: MutatingAdmissionPolicyList;
  MutatingAdmissionPolicySpec: MutatingAdmissionPolicySpec;
  MutatingWebhook: MutatingWebhook;
  MutatingWebhookConfiguration: MutatingWebhookConfiguration;
  MutatingWebhookConfigurationList: MutatingWebhookConfigurationList;
  Mutation: Mutation;
  NFSVolumeSource: NFSVolumeSource;
  NamedRuleWithOperations: NamedRuleWithOperations;
  Namespace: Namespace;
  NamespaceCondition: NamespaceCondition;
  NamespaceList: NamespaceList;
  NamespaceSpec: NamespaceSpec;
  NamespaceStatus: NamespaceStatus;
  NetworkDeviceData: NetworkDeviceData;
  NetworkPolicy: NetworkPolicy;
  NetworkPolicyEgressRule: NetworkPolicyEgressRule;
  NetworkPolicyIngressRule: NetworkPolicyIngressRule;
  NetworkPolicyList: NetworkPolicyList;
  NetworkPolicyPeer: NetworkPolicyPeer;
  NetworkPolicyPort: NetworkPolicyPort;
  NetworkPolicySpec: NetworkPolicySpec;
  Node: Node;
  NodeAddress: NodeAddress;
  NodeAffinity: NodeAffinity;
  NodeAllocatableResourceClaimStatus: NodeAllocatableResourceClaimStatus;
  NodeAllocatableResourceMapping: NodeAllocatableResourceMapping;
  NodeCondition: NodeCondition;
  NodeConfigSource: NodeConfigSource;
  NodeConfigStatus: NodeConfigStatus;
  NodeDaemonEndpoints: NodeDaemonEndpoints;
  NodeFeatures: NodeFeatures;
  NodeList: NodeList;
  NodeRuntimeHandler: NodeRuntimeHandler;
  NodeRuntimeHandlerFeatures: NodeRuntimeHandlerFeatures;
  NodeSelector: NodeSelector;
  NodeSelectorRequirement: NodeSelectorRequirement;
  NodeSelectorTerm: NodeSelectorTerm;
  NodeSpec: NodeSpec;
  NodeStatus: NodeStatus;
  NodeSwapStatus: NodeSwapStatus;
  NodeSystemInfo: NodeSystemInfo;
  NonResourceAttributes: NonResourceAttributes;
  NonResourcePolicyRule: NonResourcePolicyRule;
  NonResourceRule: NonResourceRule;
  ObjectFieldSelector: ObjectFieldSelector;
  ObjectMeta: ObjectMeta;
  ObjectMetricSource: ObjectMetricSource;
  ObjectMetricStatus: ObjectMetricStatus;
  ObjectReference: ObjectReference;
  OpaqueDeviceConfiguration: OpaqueDeviceConfiguration;
  Overhead: Overhead;
  OwnerReference: OwnerReference;
  ParamKind: ParamKind;
  ParamRef: ParamRef;
  ParentReference: ParentReference;
  PersistentVolume: PersistentVolume;
  PersistentVolumeClaim: PersistentVolumeClaim;
  PersistentVolumeClaimCondition: PersistentVolumeClaimCondition;
  PersistentVolumeClaimList: PersistentVolumeClaimList;
  PersistentVolumeClaimSpec: PersistentVolumeClaimSpec;
  PersistentVolumeClaimStatus: PersistentVolumeClaimStatus;
  PersistentVolumeClaimTemplate: PersistentVolumeClaimTemplate;
  PersistentVolumeClaimVolumeSource: PersistentVolumeClaimVolumeSource;
  PersistentVolumeList: PersistentVolumeList;
  PersistentVolumeSpec: PersistentVolumeSpec;
  PersistentVolumeStatus: PersistentVolumeStatus;
  PhotonPersistentDiskVolumeSource: PhotonPersistentDiskVolumeSource;
  Pod: Pod;
  PodAffinity: PodAffinity;
  PodAffinityTerm: PodAffinityTerm;
  PodAntiAffinity: PodAntiAffinity;
  PodCertificateProjection: PodCertificateProjection;
  PodCondition: PodCondition;
  PodDNSConfig: PodDNSConfig;
  PodDNSConfigOption: PodDNSConfigOption;
  PodDisruptionBudget: PodDisruptionBudget;
  PodDisruptionBudgetList: PodDisruptionBudgetList;
  PodDisruptionBudgetSpec: PodDisruptionBudgetSpec;
  PodDisruptionBudgetStatus: PodDisruptionBudgetStatus;
  PodExtendedResourceClaimStatus: PodExtendedResourceClaimStatus;
  PodFailurePolicy: PodFailurePolicy;
  PodFailurePolicyOnExitCodesRequirement: PodFailurePolicyOnExitCodesRequirement;
  PodFailurePolicyOnPodConditionsPattern: PodFailurePolicyOnPodConditionsPattern;
  PodFailurePolicyRule: PodFailurePolicyRule;
  PodIP: PodIP;
  PodList: PodList;
  PodOS: PodOS;
  PodReadinessGate: PodReadinessGate;
  PodResourceClaim: PodResourceClaim;
  PodResourceClaimStatus: PodResourceClaimStatus;
  PodSchedulingGate: PodSchedulingGate;
  PodSchedulingGroup: PodSchedulingGroup;
  PodSecurityContext: PodSecurityContext;
  PodSpec: PodSpec;
  PodStatus: PodStatus;
  PodTemplate: PodTemplate;
  PodTemplateList: PodTemplateList;
  PodTemplateSpec: PodTemplateSpec;
  PodsMetricSource: PodsMetricSource;
  PodsMetricStatus: PodsMetricStatus;
  PolicyRule: PolicyRule;
  PolicyRulesWithSubjects: PolicyRulesWithSubjects;
  PortStatus: PortStatus;
  PortworxVolumeSource: PortworxVolumeSource;
  Preconditions: Preconditions;
  PreferredSchedulingTerm: PreferredSchedulingTerm;
  PriorityClass: PriorityClass;
  PriorityClassList: PriorityClassList;
  PriorityLevelConfiguration: PriorityLevelConfiguration;
  PriorityLevelConfigurationCondition: PriorityLevelConfigurationCondition;
  PriorityLevelConfigurationList: PriorityLevelConfigurationList;
  PriorityLevelConfigurationReference: PriorityLevelConfigurationReference;
  PriorityLevelConfigurationSpec: PriorityLevelConfigurationSpec;
  PriorityLevelConfigurationStatus: PriorityLevelConfigurationStatus;
  Probe: Probe;
  ProjectedVolumeSource: ProjectedVolumeSource;
  QueuingConfiguration: QueuingConfiguration;
  QuobyteVolumeSource: QuobyteVolumeSource;
  RBDPersistentVolumeSource: RBDPersistentVolumeSource;
  RBDVolumeSource: RBDVolumeSource;
  ReplicaSet: ReplicaSet;
  ReplicaSetCondition: ReplicaSetCondition;
  ReplicaSetList: ReplicaSetList;
  ReplicaSetSpec: ReplicaSetSpec;
  ReplicaSetStatus: ReplicaSetStatus;
  ReplicationController: ReplicationController;
  ReplicationControllerCondition: ReplicationControllerCondition;
  ReplicationControllerList: ReplicationControllerList;
  ReplicationControllerSpec: ReplicationControllerSpec;
  ReplicationControllerStatus: ReplicationControllerStatus;
  ResourceAttributes: ResourceAttributes;
  ResourceClaim: ResourceClaim;
  ResourceClaimConsumerReference: ResourceClaimConsumerReference;
  ResourceClaimList: ResourceClaimList;
  ResourceClaimSpec: ResourceClaimSpec;
  ResourceClaimStatus: ResourceClaimStatus;
  ResourceClaimTemplate: ResourceClaimTemplate;
  ResourceClaimTemplateList: ResourceClaimTemplateList;
  ResourceClaimTemplateSpec: ResourceClaimTemplateSpec;
  ResourceFieldSelector: ResourceFieldSelector;
  ResourceHealth: ResourceHealth;
  ResourceMetricSource: ResourceMetricSource;
  ResourceMetricStatus: ResourceMetricStatus;
  ResourcePolicyRule: ResourcePolicyRule;
  ResourcePool: ResourcePool;
  ResourceQuota: ResourceQuota;
  ResourceQuotaList: ResourceQuotaList;
  ResourceQuotaSpec: ResourceQuotaSpec;
  ResourceQuotaStatus: ResourceQuotaStatus;
  ResourceRequirements: ResourceRequirements;
  ResourceRule: ResourceRule;
  ResourceSlice: ResourceSlice;
  ResourceSliceList: ResourceSliceList;
  ResourceSliceSpec: ResourceSliceSpec;
  ResourceStatus: ResourceStatus;
  Role: Role;
  RoleBinding: RoleBinding;
  RoleBindingList: RoleBindingList;
  RoleList: RoleList;
  RoleRef: RoleRef;
  RollingUpdateDaemonSet: RollingUpdateDaemonSet;
  RollingUpdateDeployment: RollingUpdateDeployment;
  RollingUpdateStatefulSetStrategy: RollingUpdateStatefulSetStrategy;
  RuleWithOperations: RuleWithOperations;
  RuntimeClass: RuntimeClass;
  RuntimeClassList: RuntimeClassList;
  SELinuxOptions: SELinuxOptions;
  Scale: Scale;
  ScaleIOPersistentVolumeSource: ScaleIOPersistentVolumeSource;
  ScaleIOVolumeSource: ScaleIOVolumeSource;
  ScaleSpec: ScaleSpec;
  ScaleStatus: ScaleStatus;
  Scheduling: Scheduling;
  ScopeSelector: ScopeSelector;
  ScopedResourceSelectorRequirement: ScopedResourceSelectorRequirement;
  SeccompProfile: SeccompProfile;
  Secret: Secret;
  SecretEnvSource: SecretEnvSource;
  SecretKeySelector: SecretKeySelector;
  SecretList: SecretList;
  SecretProjection: SecretProjection;
  SecretReference: SecretReference;
  SecretVolumeSource: SecretVolumeSource;
  SecurityContext: SecurityContext;
  SelectableField: SelectableField;
  SelfSubjectAccessReview: SelfSubjectAccessReview;
  SelfSubjectAccessReviewSpec: SelfSubjectAccessReviewSpec;
  SelfSubjectReview: SelfSubjectReview;
  SelfSubjectReviewStatus: SelfSubjectReviewStatus;
  SelfSubjectRulesReview: SelfSubjectRulesReview;
  SelfSubjectRulesReviewSpec: SelfSubjectRulesReviewSpec;
  ServerAddressByClientCIDR: ServerAddressByClientCIDR;
  Service: Service;
  ServiceAccount: ServiceAccount;
  ServiceAccountList: ServiceAccountList;
  ServiceAccountSubject: ServiceAccountSubject;
  ServiceAccountTokenProjection: ServiceAccountTokenProjection;
  ServiceBackendPort: ServiceBackendPort;
  ServiceCIDR: ServiceCIDR;
  ServiceCIDRList: ServiceCIDRList;
  ServiceCIDRSpec: ServiceCIDRSpec;
  ServiceCIDRStatus: ServiceCIDRStatus;
  ServiceList: ServiceList;
  ServicePort: ServicePort;
  ServiceReference: ServiceReference;
  ServiceSpec: ServiceSpec;
  ServiceStatus: ServiceStatus;
  SessionAffinityConfig: SessionAffinityConfig;
  ShardInfo: ShardInfo;
  SleepAction: SleepAction;
  StatefulSet: StatefulSet;
  StatefulSetCondition: StatefulSetCondition;
  StatefulSetList: StatefulSetList;
  StatefulSetOrdinals: StatefulSetOrdinals;
  StatefulSetPersistentVolumeClaimRetentionPolicy: StatefulSetPersistentVolumeClaimRetentionPolicy;
  StatefulSetSpec: StatefulSetSpec;
  StatefulSetStatus: StatefulSetStatus;
  StatefulSetUpdateStrategy: StatefulSetUpdateStrategy;
  Status: Status;
  StatusCause: StatusCause;
  StatusDetails: StatusDetails;
  StorageClass: StorageClass;
  StorageClassList: StorageClassList;
  StorageOSPersistentVolumeSource: StorageOSPersistentVolumeSource;
  StorageOSVolumeSource: StorageOSVolumeSource;
  StorageV1TokenRequest: StorageV1TokenRequest;
  Subject: Subject;
  SubjectAccessReview: SubjectAccessReview;
  SubjectAccessReviewSpec: SubjectAccessReviewSpec;
  SubjectAccessReviewStatus: SubjectAccessReviewStatus;
  SubjectRulesReviewStatus: SubjectRulesReviewStatus;
  SuccessPolicy: SuccessPolicy;
  SuccessPolicyRule: SuccessPolicyRule;
  Sysctl: Sysctl;
  TCPSocketAction: TCPSocketAction;
  Taint: Taint;
  TokenRequest: TokenRequest;
  TokenRequestSpec: TokenRequestSpec;
  TokenRequestStatus: TokenRequestStatus;
  TokenReview: TokenReview;
  TokenReviewSpec: TokenReviewSpec;
  TokenReviewStatus: TokenReviewStatus;
  Toleration: Toleration;
  TopologySelectorLabelRequirement: TopologySelectorLabelRequirement;
  TopologySelectorTerm: TopologySelectorTerm;
  TopologySpreadConstraint: TopologySpreadConstraint;
  TypeChecking: TypeChecking;
  TypedLocalObjectReference: TypedLocalObjectReference;
  TypedObjectReference: TypedObjectReference;
  UncountedTerminatedPods: UncountedTerminatedPods;
  UserInfo: UserInfo;
  UserSubject: UserSubject;
  ValidatingAdmissionPolicy: ValidatingAdmissionPolicy;
  ValidatingAdmissionPolicyBinding: ValidatingAdmissionPolicyBinding;
  ValidatingAdmissionPolicyBindingList: ValidatingAdmissionPolicyBindingList;
  ValidatingAdmissionPolicyBindingSpec: ValidatingAdmissionPolicyBindingSpec;
  ValidatingAdmissionPolicyList: ValidatingAdmissionPolicyList;
  ValidatingAdmissionPolicySpec: ValidatingAdmissionPolicySpec;
  ValidatingAdmissionPolicyStatus: ValidatingAdmissionPolicyStatus;
  ValidatingWebhook: ValidatingWebhook;
  ValidatingWebhookConfiguration: ValidatingWebhookConfiguration;
  ValidatingWebhookConfigurationList: ValidatingWebhookConfigurationList;
  Validation: Validation;
  ValidationRule: ValidationRule;
  Variable: Variable;
  Volume: Volume;
  VolumeAttachment: VolumeAttachment;
  VolumeAttachmentList: VolumeAttachmentList;
  VolumeAttachmentSource: VolumeAttachmentSource;
  VolumeAttachmentSpec: VolumeAttachmentSpec;
  VolumeAttachmentStatus: VolumeAttachmentStatus;
  VolumeAttributesClass: VolumeAttributesClass;
  VolumeAttributesClassList: VolumeAttributesClassList;
  VolumeDevice: VolumeDevice;
  VolumeError: VolumeError;
  VolumeMount: VolumeMount;
  VolumeMountStatus: VolumeMountStatus;
  VolumeNodeAffinity: VolumeNodeAffinity;
  VolumeNodeResources: VolumeNodeResources;
  VolumeProjection: VolumeProjection;
  VolumeResourceRequirements: VolumeResourceRequirements;
  VolumeStatus: VolumeStatus;
  VsphereVirtualDiskVolumeSource: VsphereVirtualDiskVolumeSource;
  WatchEvent: WatchEvent;
  WebhookClientConfig: WebhookClientConfig;
  WebhookConversion: WebhookConversion;
  WeightedPodAffinityTerm: WeightedPodAffinityTerm;
  WindowsSecurityContextOptions: WindowsSecurityContextOptions;
}
