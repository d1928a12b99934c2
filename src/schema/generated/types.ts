// Written by npm run generate:schema from scripts/schema/inputs. Do not edit.

import type { JsonObject, JsonValue } from "../../lib/json.ts";

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup` */
export type APIGroup = {
  kind?: string;
  apiVersion?: string;
  name: string;
  versions: GroupVersionForDiscovery[];
  preferredVersion: GroupVersionForDiscovery;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList` */
export type APIGroupList = {
  kind?: string;
  apiVersion?: string;
  groups: APIGroup[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIResource` */
export type APIResource = {
  name: string;
  singularName: string;
  namespaced: boolean;
  group?: string;
  version?: string;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList` */
export type APIResourceList = {
  kind?: string;
  apiVersion?: string;
  groupVersion: string;
  resources: APIResource[];
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService` */
export type APIService = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: APIServiceSpec;
  status: APIServiceStatus;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition` */
export type APIServiceCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList` */
export type APIServiceList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: APIService[];
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec` */
export type APIServiceSpec = {
  service?: ApiregistrationV1ServiceReference;
  group?: string;
  version?: string;
  insecureSkipTLSVerify?: boolean;
  caBundle?: string;
  groupPriorityMinimum: number;
  versionPriority: number;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus` */
export type APIServiceStatus = {
  conditions?: APIServiceCondition[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions` */
export type APIVersions = {
  kind?: string;
  apiVersion?: string;
  versions: string[];
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[];
};

/** `io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource` */
export type AWSElasticBlockStoreVolumeSource = {
  volumeID: string;
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
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
  driver: string;
  pool: string;
  device: string;
  shareID?: string;
  conditions?: Condition[] | null;
  data?: RawExtension;
  networkData?: NetworkDeviceData;
};

/** `io.k8s.api.resource.v1.AllocationResult` */
export type AllocationResult = {
  devices: DeviceAllocationResult;
  nodeSelector?: NodeSelector;
  allocationTimestamp?: Time;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference` */
export type ApiextensionsV1ServiceReference = {
  namespace: string;
  name: string;
  path?: string;
  port?: number;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig` */
export type ApiextensionsV1WebhookClientConfig = {
  url?: string;
  service?: ApiextensionsV1ServiceReference;
  caBundle?: string;
};

/** `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference` */
export type ApiregistrationV1ServiceReference = {
  namespace?: string;
  name?: string;
  port?: number;
};

/** `io.k8s.api.core.v1.AppArmorProfile` */
export type AppArmorProfile = {
  type: string;
  localhostProfile?: string;
};

/** `io.k8s.api.admissionregistration.v1.ApplyConfiguration` */
export type ApplyConfiguration = {
  expression?: string;
};

/** `io.k8s.api.core.v1.AttachedVolume` */
export type AttachedVolume = {
  name: string;
  devicePath: string;
};

/** `io.k8s.api.admissionregistration.v1.AuditAnnotation` */
export type AuditAnnotation = {
  key: string;
  valueExpression: string;
};

/** `io.k8s.api.core.v1.AzureDiskVolumeSource` */
export type AzureDiskVolumeSource = {
  diskName: string;
  diskURI: string;
  cachingMode?: string;
  fsType?: string;
  readOnly?: boolean;
  kind?: string;
};

/** `io.k8s.api.core.v1.AzureFilePersistentVolumeSource` */
export type AzureFilePersistentVolumeSource = {
  secretName: string;
  shareName: string;
  readOnly?: boolean;
  secretNamespace?: string | null;
};

/** `io.k8s.api.core.v1.AzureFileVolumeSource` */
export type AzureFileVolumeSource = {
  secretName: string;
  shareName: string;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.Binding` */
export type Binding = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  target: ObjectReference;
};

/** `io.k8s.api.authentication.v1.BoundObjectReference` */
export type BoundObjectReference = {
  kind?: string;
  apiVersion?: string;
  name?: string;
  uid?: string;
};

/** `io.k8s.api.resource.v1.CELDeviceSelector` */
export type CELDeviceSelector = {
  expression: string;
};

/** `io.k8s.api.storage.v1.CSIDriver` */
export type CSIDriver = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: CSIDriverSpec;
};

/** `io.k8s.api.storage.v1.CSIDriverList` */
export type CSIDriverList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: CSIDriver[];
};

/** `io.k8s.api.storage.v1.CSIDriverSpec` */
export type CSIDriverSpec = {
  attachRequired?: boolean;
  podInfoOnMount?: boolean;
  volumeLifecycleModes?: string[];
  storageCapacity?: boolean;
  fsGroupPolicy?: string;
  tokenRequests?: StorageV1TokenRequest[];
  requiresRepublish?: boolean;
  seLinuxMount?: boolean;
  nodeAllocatableUpdatePeriodSeconds?: number;
  serviceAccountTokenInSecrets?: boolean;
  preventPodSchedulingIfMissing?: boolean;
};

/** `io.k8s.api.storage.v1.CSINode` */
export type CSINode = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: CSINodeSpec;
};

/** `io.k8s.api.storage.v1.CSINodeDriver` */
export type CSINodeDriver = {
  name: string;
  nodeID: string;
  topologyKeys?: string[] | null;
  allocatable?: VolumeNodeResources;
};

/** `io.k8s.api.storage.v1.CSINodeList` */
export type CSINodeList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: CSINode[];
};

/** `io.k8s.api.storage.v1.CSINodeSpec` */
export type CSINodeSpec = {
  drivers: CSINodeDriver[];
};

/** `io.k8s.api.core.v1.CSIPersistentVolumeSource` */
export type CSIPersistentVolumeSource = {
  driver: string;
  volumeHandle: string;
  readOnly?: boolean;
  fsType?: string;
  volumeAttributes?: Record<string, string>;
  controllerPublishSecretRef?: SecretReference;
  nodeStageSecretRef?: SecretReference;
  nodePublishSecretRef?: SecretReference;
  controllerExpandSecretRef?: SecretReference;
  nodeExpandSecretRef?: SecretReference;
};

/** `io.k8s.api.storage.v1.CSIStorageCapacity` */
export type CSIStorageCapacity = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  nodeTopology?: LabelSelector;
  storageClassName: string;
  capacity?: Quantity;
  maximumVolumeSize?: Quantity;
};

/** `io.k8s.api.storage.v1.CSIStorageCapacityList` */
export type CSIStorageCapacityList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: CSIStorageCapacity[];
};

/** `io.k8s.api.core.v1.CSIVolumeSource` */
export type CSIVolumeSource = {
  driver: string;
  readOnly?: boolean;
  fsType?: string;
  volumeAttributes?: Record<string, string>;
  nodePublishSecretRef?: LocalObjectReference;
};

/** `io.k8s.api.core.v1.Capabilities` */
export type Capabilities = {
  add?: string[];
  drop?: string[];
};

/** `io.k8s.api.resource.v1.CapacityRequestPolicy` */
export type CapacityRequestPolicy = {
  default?: Quantity | null;
  validValues?: Quantity[];
  validRange?: CapacityRequestPolicyRange;
};

/** `io.k8s.api.resource.v1.CapacityRequestPolicyRange` */
export type CapacityRequestPolicyRange = {
  min: Quantity;
  max?: Quantity;
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
  user?: string;
  secretFile?: string;
  secretRef?: SecretReference;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.CephFSVolumeSource` */
export type CephFSVolumeSource = {
  monitors: string[];
  path?: string;
  user?: string;
  secretFile?: string;
  secretRef?: LocalObjectReference;
  readOnly?: boolean;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequest` */
export type CertificateSigningRequest = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: CertificateSigningRequestSpec;
  status: CertificateSigningRequestStatus;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestCondition` */
export type CertificateSigningRequestCondition = {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastUpdateTime?: Time | null;
  lastTransitionTime?: Time | null;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestList` */
export type CertificateSigningRequestList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: CertificateSigningRequest[];
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestSpec` */
export type CertificateSigningRequestSpec = {
  request: string;
  signerName: string;
  expirationSeconds?: number;
  usages?: string[];
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
};

/** `io.k8s.api.certificates.v1.CertificateSigningRequestStatus` */
export type CertificateSigningRequestStatus = {
  conditions?: CertificateSigningRequestCondition[];
  certificate?: string;
};

/** `io.k8s.api.core.v1.CinderPersistentVolumeSource` */
export type CinderPersistentVolumeSource = {
  volumeID: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
};

/** `io.k8s.api.core.v1.CinderVolumeSource` */
export type CinderVolumeSource = {
  volumeID: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
};

/** `io.k8s.api.core.v1.ClientIPConfig` */
export type ClientIPConfig = {
  timeoutSeconds?: number;
};

/** `io.k8s.api.rbac.v1.ClusterRole` */
export type ClusterRole = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  rules?: PolicyRule[] | null;
  aggregationRule?: AggregationRule;
};

/** `io.k8s.api.rbac.v1.ClusterRoleBinding` */
export type ClusterRoleBinding = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  subjects?: Subject[];
  roleRef: RoleRef;
};

/** `io.k8s.api.rbac.v1.ClusterRoleBindingList` */
export type ClusterRoleBindingList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ClusterRoleBinding[];
};

/** `io.k8s.api.rbac.v1.ClusterRoleList` */
export type ClusterRoleList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ClusterRole[];
};

/** `io.k8s.api.core.v1.ClusterTrustBundleProjection` */
export type ClusterTrustBundleProjection = {
  name?: string;
  signerName?: string;
  labelSelector?: LabelSelector;
  optional?: boolean;
  path: string;
};

/** `io.k8s.api.core.v1.ComponentCondition` */
export type ComponentCondition = {
  type: string;
  status: string;
  message?: string;
  error?: string;
};

/** `io.k8s.api.core.v1.ComponentStatus` */
export type ComponentStatus = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  conditions?: ComponentCondition[];
};

/** `io.k8s.api.core.v1.ComponentStatusList` */
export type ComponentStatusList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ComponentStatus[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.Condition` */
export type Condition = {
  type: string;
  status: string;
  observedGeneration?: number;
  lastTransitionTime: Time;
  reason: string;
  message: string;
};

/** `io.k8s.api.core.v1.ConfigMap` */
export type ConfigMap = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  immutable?: boolean;
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
};

/** `io.k8s.api.core.v1.ConfigMapEnvSource` */
export type ConfigMapEnvSource = {
  name?: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.ConfigMapKeySelector` */
export type ConfigMapKeySelector = {
  name?: string;
  key: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.ConfigMapList` */
export type ConfigMapList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ConfigMap[];
};

/** `io.k8s.api.core.v1.ConfigMapNodeConfigSource` */
export type ConfigMapNodeConfigSource = {
  namespace: string;
  name: string;
  uid?: string;
  resourceVersion?: string;
  kubeletConfigKey: string;
};

/** `io.k8s.api.core.v1.ConfigMapProjection` */
export type ConfigMapProjection = {
  name?: string;
  items?: KeyToPath[];
  optional?: boolean;
};

/** `io.k8s.api.core.v1.ConfigMapVolumeSource` */
export type ConfigMapVolumeSource = {
  name?: string;
  items?: KeyToPath[];
  defaultMode?: number;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.Container` */
export type Container = {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  envFrom?: EnvFromSource[];
  env?: EnvVar[];
  resources: ResourceRequirements;
  resizePolicy?: ContainerResizePolicy[];
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: VolumeDevice[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: Lifecycle;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  imagePullPolicy?: string;
  securityContext?: SecurityContext;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
};

/** `io.k8s.api.core.v1.ContainerExtendedResourceRequest` */
export type ContainerExtendedResourceRequest = {
  containerName: string;
  resourceName: string;
  requestName: string;
};

/** `io.k8s.api.core.v1.ContainerImage` */
export type ContainerImage = {
  names?: string[] | null;
  sizeBytes?: number;
};

/** `io.k8s.api.core.v1.ContainerPort` */
export type ContainerPort = {
  name?: string;
  hostPort?: number;
  containerPort: number;
  protocol?: string;
  hostIP?: string;
};

/** `io.k8s.api.core.v1.ContainerResizePolicy` */
export type ContainerResizePolicy = {
  resourceName: string;
  restartPolicy: string;
};

/** `io.k8s.api.autoscaling.v2.ContainerResourceMetricSource` */
export type ContainerResourceMetricSource = {
  name: string;
  target: MetricTarget;
  container: string;
};

/** `io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus` */
export type ContainerResourceMetricStatus = {
  name: string;
  current: MetricValueStatus;
  container: string;
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
  waiting?: ContainerStateWaiting;
  running?: ContainerStateRunning;
  terminated?: ContainerStateTerminated;
};

/** `io.k8s.api.core.v1.ContainerStateRunning` */
export type ContainerStateRunning = {
  startedAt?: Time | null;
};

/** `io.k8s.api.core.v1.ContainerStateTerminated` */
export type ContainerStateTerminated = {
  exitCode: number;
  signal?: number;
  reason?: string;
  message?: string;
  startedAt?: Time | null;
  finishedAt?: Time | null;
  containerID?: string;
};

/** `io.k8s.api.core.v1.ContainerStateWaiting` */
export type ContainerStateWaiting = {
  reason?: string;
  message?: string;
};

/** `io.k8s.api.core.v1.ContainerStatus` */
export type ContainerStatus = {
  name: string;
  state: ContainerState;
  lastState: ContainerState;
  ready: boolean;
  restartCount: number;
  image: string;
  imageID: string;
  containerID?: string;
  started?: boolean;
  allocatedResources?: Record<string, Quantity>;
  resources?: ResourceRequirements;
  volumeMounts?: VolumeMountStatus[];
  user?: ContainerUser;
  allocatedResourcesStatus?: ResourceStatus[];
  stopSignal?: string;
};

/** `io.k8s.api.core.v1.ContainerUser` */
export type ContainerUser = {
  linux?: LinuxContainerUser;
};

/** `io.k8s.api.apps.v1.ControllerRevision` */
export type ControllerRevision = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  data?: RawExtension | null;
  revision: number;
};

/** `io.k8s.api.apps.v1.ControllerRevisionList` */
export type ControllerRevisionList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ControllerRevision[];
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
  name: string;
  counters: Record<string, Counter>;
};

/** `io.k8s.api.batch.v1.CronJob` */
export type CronJob = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: CronJobSpec;
  status: CronJobStatus;
};

/** `io.k8s.api.batch.v1.CronJobList` */
export type CronJobList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: CronJob[];
};

/** `io.k8s.api.batch.v1.CronJobSpec` */
export type CronJobSpec = {
  schedule: string;
  timeZone?: string;
  startingDeadlineSeconds?: number;
  concurrencyPolicy?: string;
  suspend?: boolean;
  jobTemplate: JobTemplateSpec;
  successfulJobsHistoryLimit?: number;
  failedJobsHistoryLimit?: number;
};

/** `io.k8s.api.batch.v1.CronJobStatus` */
export type CronJobStatus = {
  active?: ObjectReference[];
  lastScheduleTime?: Time;
  lastSuccessfulTime?: Time;
};

/** `io.k8s.api.autoscaling.v2.CrossVersionObjectReference` */
export type CrossVersionObjectReference = {
  kind: string;
  name: string;
  apiVersion?: string;
};

/** `io.k8s.api.autoscaling.v1.CrossVersionObjectReference` */
export type CrossVersionObjectReferenceV1 = {
  kind: string;
  name: string;
  apiVersion?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition` */
export type CustomResourceColumnDefinition = {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion` */
export type CustomResourceConversion = {
  strategy: string;
  webhook?: WebhookConversion;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition` */
export type CustomResourceDefinition = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: CustomResourceDefinitionSpec;
  status: CustomResourceDefinitionStatus;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition` */
export type CustomResourceDefinitionCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
  observedGeneration?: number;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList` */
export type CustomResourceDefinitionList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: CustomResourceDefinition[];
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames` */
export type CustomResourceDefinitionNames = {
  plural: string;
  singular?: string;
  shortNames?: string[];
  kind: string;
  listKind?: string;
  categories?: string[];
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec` */
export type CustomResourceDefinitionSpec = {
  group: string;
  names: CustomResourceDefinitionNames;
  scope: string;
  versions: CustomResourceDefinitionVersion[];
  conversion?: CustomResourceConversion;
  preserveUnknownFields?: boolean;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus` */
export type CustomResourceDefinitionStatus = {
  conditions?: CustomResourceDefinitionCondition[] | null;
  acceptedNames: CustomResourceDefinitionNames;
  storedVersions?: string[] | null;
  observedGeneration?: number;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion` */
export type CustomResourceDefinitionVersion = {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: CustomResourceValidation;
  subresources?: CustomResourceSubresources;
  additionalPrinterColumns?: CustomResourceColumnDefinition[];
  selectableFields?: SelectableField[];
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale` */
export type CustomResourceSubresourceScale = {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus` */
export type CustomResourceSubresourceStatus = Record<string, never>;

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources` */
export type CustomResourceSubresources = {
  status?: CustomResourceSubresourceStatus;
  scale?: CustomResourceSubresourceScale;
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: DaemonSetSpec;
  status: DaemonSetStatus;
};

/** `io.k8s.api.apps.v1.DaemonSetCondition` */
export type DaemonSetCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.apps.v1.DaemonSetList` */
export type DaemonSetList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: DaemonSet[];
};

/** `io.k8s.api.apps.v1.DaemonSetSpec` */
export type DaemonSetSpec = {
  selector: LabelSelector;
  template: PodTemplateSpec;
  updateStrategy: DaemonSetUpdateStrategy;
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
};

/** `io.k8s.api.apps.v1.DaemonSetStatus` */
export type DaemonSetStatus = {
  currentNumberScheduled: number;
  numberMisscheduled: number;
  desiredNumberScheduled: number;
  numberReady: number;
  observedGeneration?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberUnavailable?: number;
  collisionCount?: number;
  conditions?: DaemonSetCondition[];
};

/** `io.k8s.api.apps.v1.DaemonSetUpdateStrategy` */
export type DaemonSetUpdateStrategy = {
  type?: string;
  rollingUpdate?: RollingUpdateDaemonSet;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions` */
export type DeleteOptions = {
  kind?: string;
  apiVersion?: string;
  gracePeriodSeconds?: number;
  preconditions?: Preconditions;
  orphanDependents?: boolean;
  propagationPolicy?: string;
  dryRun?: string[];
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
};

/** `io.k8s.api.apps.v1.Deployment` */
export type Deployment = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: DeploymentSpec;
  status: DeploymentStatus;
};

/** `io.k8s.api.apps.v1.DeploymentCondition` */
export type DeploymentCondition = {
  type: string;
  status: string;
  lastUpdateTime?: Time | null;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.apps.v1.DeploymentList` */
export type DeploymentList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Deployment[];
};

/** `io.k8s.api.apps.v1.DeploymentSpec` */
export type DeploymentSpec = {
  replicas?: number;
  selector: LabelSelector;
  template: PodTemplateSpec;
  strategy: DeploymentStrategy;
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
};

/** `io.k8s.api.apps.v1.DeploymentStatus` */
export type DeploymentStatus = {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  conditions?: DeploymentCondition[];
  collisionCount?: number;
};

/** `io.k8s.api.apps.v1.DeploymentStrategy` */
export type DeploymentStrategy = {
  type?: string;
  rollingUpdate?: RollingUpdateDeployment;
};

/** `io.k8s.api.resource.v1.Device` */
export type Device = {
  name: string;
  attributes?: Record<string, DeviceAttribute>;
  capacity?: Record<string, DeviceCapacity>;
  consumesCounters?: DeviceCounterConsumption[];
  nodeName?: string;
  nodeSelector?: NodeSelector;
  allNodes?: boolean;
  taints?: DeviceTaint[];
  bindsToNode?: boolean;
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  allowMultipleAllocations?: boolean;
  nodeAllocatableResourceMappings?: Record<string, NodeAllocatableResourceMapping>;
};

/** `io.k8s.api.resource.v1.DeviceAllocationConfiguration` */
export type DeviceAllocationConfiguration = {
  source: string;
  requests?: string[];
  opaque?: OpaqueDeviceConfiguration;
};

/** `io.k8s.api.resource.v1.DeviceAllocationResult` */
export type DeviceAllocationResult = {
  results?: DeviceRequestAllocationResult[];
  config?: DeviceAllocationConfiguration[];
};

/** `io.k8s.api.resource.v1.DeviceAttribute` */
export type DeviceAttribute = {
  int?: number;
  bool?: boolean;
  string?: string;
  version?: string;
  ints?: number[];
  bools?: boolean[];
  strings?: string[];
  versions?: string[];
};

/** `io.k8s.api.resource.v1.DeviceCapacity` */
export type DeviceCapacity = {
  value: Quantity;
  requestPolicy?: CapacityRequestPolicy;
};

/** `io.k8s.api.resource.v1.DeviceClaim` */
export type DeviceClaim = {
  requests?: DeviceRequest[] | null;
  constraints?: DeviceConstraint[];
  config?: DeviceClaimConfiguration[];
};

/** `io.k8s.api.resource.v1.DeviceClaimConfiguration` */
export type DeviceClaimConfiguration = {
  requests?: string[];
  opaque?: OpaqueDeviceConfiguration;
};

/** `io.k8s.api.resource.v1.DeviceClass` */
export type DeviceClass = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: DeviceClassSpec;
};

/** `io.k8s.api.resource.v1.DeviceClassConfiguration` */
export type DeviceClassConfiguration = {
  opaque?: OpaqueDeviceConfiguration;
};

/** `io.k8s.api.resource.v1.DeviceClassList` */
export type DeviceClassList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: DeviceClass[];
};

/** `io.k8s.api.resource.v1.DeviceClassSpec` */
export type DeviceClassSpec = {
  selectors?: DeviceSelector[];
  config?: DeviceClassConfiguration[];
  extendedResourceName?: string;
};

/** `io.k8s.api.resource.v1.DeviceConstraint` */
export type DeviceConstraint = {
  requests?: string[];
  matchAttribute?: string;
  distinctAttribute?: string;
};

/** `io.k8s.api.resource.v1.DeviceCounterConsumption` */
export type DeviceCounterConsumption = {
  counterSet: string;
  counters: Record<string, Counter>;
};

/** `io.k8s.api.resource.v1.DeviceRequest` */
export type DeviceRequest = {
  name: string;
  exactly?: ExactDeviceRequest;
  firstAvailable?: DeviceSubRequest[];
};

/** `io.k8s.api.resource.v1.DeviceRequestAllocationResult` */
export type DeviceRequestAllocationResult = {
  request: string;
  driver: string;
  pool: string;
  device: string;
  adminAccess?: boolean;
  tolerations?: DeviceToleration[];
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  shareID?: string;
  consumedCapacity?: Record<string, Quantity>;
};

/** `io.k8s.api.resource.v1.DeviceSelector` */
export type DeviceSelector = {
  cel?: CELDeviceSelector;
};

/** `io.k8s.api.resource.v1.DeviceSubRequest` */
export type DeviceSubRequest = {
  name: string;
  deviceClassName: string;
  selectors?: DeviceSelector[];
  allocationMode?: string;
  count?: number;
  tolerations?: DeviceToleration[];
  capacity?: CapacityRequirements;
};

/** `io.k8s.api.resource.v1.DeviceTaint` */
export type DeviceTaint = {
  key: string;
  value?: string;
  effect: string;
  timeAdded?: Time;
};

/** `io.k8s.api.resource.v1.DeviceToleration` */
export type DeviceToleration = {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
};

/** `io.k8s.api.discovery.v1.EndpointPort` */
export type DiscoveryV1EndpointPort = {
  name?: string;
  protocol?: string;
  port?: number;
  appProtocol?: string;
};

/** `io.k8s.api.core.v1.DownwardAPIProjection` */
export type DownwardAPIProjection = {
  items?: DownwardAPIVolumeFile[];
};

/** `io.k8s.api.core.v1.DownwardAPIVolumeFile` */
export type DownwardAPIVolumeFile = {
  path: string;
  fieldRef?: ObjectFieldSelector;
  resourceFieldRef?: ResourceFieldSelector;
  mode?: number;
};

/** `io.k8s.api.core.v1.DownwardAPIVolumeSource` */
export type DownwardAPIVolumeSource = {
  items?: DownwardAPIVolumeFile[];
  defaultMode?: number;
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
  hostname?: string;
  targetRef?: ObjectReference;
  deprecatedTopology?: Record<string, string>;
  nodeName?: string;
  zone?: string;
  hints?: EndpointHints;
};

/** `io.k8s.api.core.v1.EndpointAddress` */
export type EndpointAddress = {
  ip: string;
  hostname?: string;
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
  forZones?: ForZone[];
  forNodes?: ForNode[];
};

/** `io.k8s.api.core.v1.EndpointPort` */
export type EndpointPort = {
  name?: string;
  port: number;
  protocol?: string;
  appProtocol?: string;
};

/** `io.k8s.api.discovery.v1.EndpointSlice` */
export type EndpointSlice = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  addressType: string;
  endpoints?: Endpoint[] | null;
  ports?: DiscoveryV1EndpointPort[] | null;
};

/** `io.k8s.api.discovery.v1.EndpointSliceList` */
export type EndpointSliceList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: EndpointSlice[];
};

/** `io.k8s.api.core.v1.EndpointSubset` */
export type EndpointSubset = {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
};

/** `io.k8s.api.core.v1.Endpoints` */
export type Endpoints = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  subsets?: EndpointSubset[];
};

/** `io.k8s.api.core.v1.EndpointsList` */
export type EndpointsList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Endpoints[];
};

/** `io.k8s.api.core.v1.EnvFromSource` */
export type EnvFromSource = {
  prefix?: string;
  configMapRef?: ConfigMapEnvSource;
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
  fieldRef?: ObjectFieldSelector;
  resourceFieldRef?: ResourceFieldSelector;
  configMapKeyRef?: ConfigMapKeySelector;
  secretKeyRef?: SecretKeySelector;
  fileKeyRef?: FileKeySelector;
};

/** `io.k8s.api.core.v1.EphemeralContainer` */
export type EphemeralContainer = {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  envFrom?: EnvFromSource[];
  env?: EnvVar[];
  resources: ResourceRequirements;
  resizePolicy?: ContainerResizePolicy[];
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: VolumeDevice[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: Lifecycle;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  imagePullPolicy?: string;
  securityContext?: SecurityContext;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
  targetContainerName?: string;
};

/** `io.k8s.api.core.v1.EphemeralVolumeSource` */
export type EphemeralVolumeSource = {
  volumeClaimTemplate?: PersistentVolumeClaimTemplate;
};

/** `io.k8s.api.core.v1.Event` */
export type Event = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  involvedObject: ObjectReference;
  reason?: string;
  message?: string;
  source: EventSource;
  firstTimestamp?: Time | null;
  lastTimestamp?: Time | null;
  count?: number;
  type?: string;
  eventTime?: MicroTime | null;
  series?: EventSeries;
  action?: string;
  related?: ObjectReference;
  reportingComponent?: string;
  reportingInstance?: string;
};

/** `io.k8s.api.core.v1.EventList` */
export type EventList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Event[];
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  eventTime: MicroTime;
  series?: EventsV1EventSeries;
  reportingController?: string;
  reportingInstance?: string;
  action?: string;
  reason?: string;
  regarding: ObjectReference;
  related?: ObjectReference;
  note?: string;
  type?: string;
  deprecatedSource: EventSource;
  deprecatedFirstTimestamp?: Time | null;
  deprecatedLastTimestamp?: Time | null;
  deprecatedCount?: number;
};

/** `io.k8s.api.events.v1.EventList` */
export type EventsV1EventList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: EventsV1Event[];
};

/** `io.k8s.api.events.v1.EventSeries` */
export type EventsV1EventSeries = {
  count: number;
  lastObservedTime: MicroTime;
};

/** `io.k8s.api.policy.v1.Eviction` */
export type Eviction = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  deleteOptions?: DeleteOptions;
};

/** `io.k8s.api.resource.v1.ExactDeviceRequest` */
export type ExactDeviceRequest = {
  deviceClassName: string;
  selectors?: DeviceSelector[];
  allocationMode?: string;
  count?: number;
  adminAccess?: boolean;
  tolerations?: DeviceToleration[];
  capacity?: CapacityRequirements;
};

/** `io.k8s.api.core.v1.ExecAction` */
export type ExecAction = {
  command?: string[];
};

/** `io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration` */
export type ExemptPriorityLevelConfiguration = {
  nominalConcurrencyShares?: number;
  lendablePercent?: number;
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
  metric: MetricIdentifier;
  current: MetricValueStatus;
};

/** `io.k8s.api.core.v1.FCVolumeSource` */
export type FCVolumeSource = {
  targetWWNs?: string[];
  lun?: number;
  fsType?: string;
  readOnly?: boolean;
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
  volumeName: string;
  path: string;
  key: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.FlexPersistentVolumeSource` */
export type FlexPersistentVolumeSource = {
  driver: string;
  fsType?: string;
  secretRef?: SecretReference;
  readOnly?: boolean;
  options?: Record<string, string>;
};

/** `io.k8s.api.core.v1.FlexVolumeSource` */
export type FlexVolumeSource = {
  driver: string;
  fsType?: string;
  secretRef?: LocalObjectReference;
  readOnly?: boolean;
  options?: Record<string, string>;
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: FlowSchemaSpec;
  status: FlowSchemaStatus;
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaCondition` */
export type FlowSchemaCondition = {
  type?: string;
  status?: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaList` */
export type FlowSchemaList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: FlowSchema[];
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaSpec` */
export type FlowSchemaSpec = {
  priorityLevelConfiguration: PriorityLevelConfigurationReference;
  matchingPrecedence?: number;
  distinguisherMethod?: FlowDistinguisherMethod;
  rules?: PolicyRulesWithSubjects[];
};

/** `io.k8s.api.flowcontrol.v1.FlowSchemaStatus` */
export type FlowSchemaStatus = {
  conditions?: FlowSchemaCondition[];
};

/** `io.k8s.api.flowcontrol.v1.Subject` */
export type FlowcontrolV1Subject = {
  kind: string;
  user?: UserSubject;
  group?: GroupSubject;
  serviceAccount?: ServiceAccountSubject;
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
  pdName: string;
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.GRPCAction` */
export type GRPCAction = {
  port: number;
  service?: string | null;
};

/** `io.k8s.api.core.v1.GitRepoVolumeSource` */
export type GitRepoVolumeSource = {
  repository: string;
  revision?: string;
  directory?: string;
};

/** `io.k8s.api.core.v1.GlusterfsPersistentVolumeSource` */
export type GlusterfsPersistentVolumeSource = {
  endpoints: string;
  path: string;
  readOnly?: boolean;
  endpointsNamespace?: string;
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
  type: string;
  value: number;
  periodSeconds: number;
};

/** `io.k8s.api.autoscaling.v2.HPAScalingRules` */
export type HPAScalingRules = {
  stabilizationWindowSeconds?: number;
  selectPolicy?: string;
  policies?: HPAScalingPolicy[];
  tolerance?: Quantity;
};

/** `io.k8s.api.core.v1.HTTPGetAction` */
export type HTTPGetAction = {
  path?: string;
  port: IntOrString;
  host?: string;
  scheme?: string;
  httpHeaders?: HTTPHeader[];
};

/** `io.k8s.api.core.v1.HTTPHeader` */
export type HTTPHeader = {
  name: string;
  value: string;
};

/** `io.k8s.api.networking.v1.HTTPIngressPath` */
export type HTTPIngressPath = {
  path?: string;
  pathType: string;
  backend: IngressBackend;
};

/** `io.k8s.api.networking.v1.HTTPIngressRuleValue` */
export type HTTPIngressRuleValue = {
  paths: HTTPIngressPath[];
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler` */
export type HorizontalPodAutoscaler = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: HorizontalPodAutoscalerSpec;
  status: HorizontalPodAutoscalerStatus;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior` */
export type HorizontalPodAutoscalerBehavior = {
  scaleUp?: HPAScalingRules;
  scaleDown?: HPAScalingRules;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition` */
export type HorizontalPodAutoscalerCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerList` */
export type HorizontalPodAutoscalerList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: HorizontalPodAutoscaler[];
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerList` */
export type HorizontalPodAutoscalerListV1 = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: HorizontalPodAutoscalerV1[];
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec` */
export type HorizontalPodAutoscalerSpec = {
  scaleTargetRef: CrossVersionObjectReference;
  minReplicas?: number;
  maxReplicas: number;
  metrics?: MetricSpec[];
  behavior?: HorizontalPodAutoscalerBehavior;
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec` */
export type HorizontalPodAutoscalerSpecV1 = {
  scaleTargetRef: CrossVersionObjectReferenceV1;
  minReplicas?: number;
  maxReplicas: number;
  targetCPUUtilizationPercentage?: number;
};

/** `io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus` */
export type HorizontalPodAutoscalerStatus = {
  observedGeneration?: number;
  lastScaleTime?: Time;
  currentReplicas?: number;
  desiredReplicas: number;
  currentMetrics?: MetricStatus[] | null;
  conditions?: HorizontalPodAutoscalerCondition[];
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus` */
export type HorizontalPodAutoscalerStatusV1 = {
  observedGeneration?: number;
  lastScaleTime?: Time;
  currentReplicas: number;
  desiredReplicas: number;
  currentCPUUtilizationPercentage?: number;
};

/** `io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler` */
export type HorizontalPodAutoscalerV1 = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: HorizontalPodAutoscalerSpecV1;
  status: HorizontalPodAutoscalerStatusV1;
};

/** `io.k8s.api.core.v1.HostAlias` */
export type HostAlias = {
  ip: string;
  hostnames?: string[];
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: IPAddressSpec;
};

/** `io.k8s.api.networking.v1.IPAddressList` */
export type IPAddressList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: IPAddress[];
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
  targetPortal: string;
  iqn: string;
  lun: number;
  iscsiInterface?: string;
  fsType?: string;
  readOnly?: boolean;
  portals?: string[];
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  secretRef?: SecretReference;
  initiatorName?: string;
};

/** `io.k8s.api.core.v1.ISCSIVolumeSource` */
export type ISCSIVolumeSource = {
  targetPortal: string;
  iqn: string;
  lun: number;
  iscsiInterface?: string;
  fsType?: string;
  readOnly?: boolean;
  portals?: string[];
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  secretRef?: LocalObjectReference;
  initiatorName?: string;
};

/** `io.k8s.api.core.v1.ImageVolumeSource` */
export type ImageVolumeSource = {
  reference?: string;
  pullPolicy?: string;
};

/** `io.k8s.api.core.v1.ImageVolumeStatus` */
export type ImageVolumeStatus = {
  imageRef: string;
};

/** `io.k8s.api.networking.v1.Ingress` */
export type Ingress = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: IngressSpec;
  status: IngressStatus;
};

/** `io.k8s.api.networking.v1.IngressBackend` */
export type IngressBackend = {
  service?: IngressServiceBackend;
  resource?: TypedLocalObjectReference;
};

/** `io.k8s.api.networking.v1.IngressClass` */
export type IngressClass = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: IngressClassSpec;
};

/** `io.k8s.api.networking.v1.IngressClassList` */
export type IngressClassList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: IngressClass[];
};

/** `io.k8s.api.networking.v1.IngressClassParametersReference` */
export type IngressClassParametersReference = {
  apiGroup?: string;
  kind: string;
  name: string;
  scope?: string | null;
  namespace?: string;
};

/** `io.k8s.api.networking.v1.IngressClassSpec` */
export type IngressClassSpec = {
  controller?: string;
  parameters?: IngressClassParametersReference;
};

/** `io.k8s.api.networking.v1.IngressList` */
export type IngressList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Ingress[];
};

/** `io.k8s.api.networking.v1.IngressLoadBalancerIngress` */
export type IngressLoadBalancerIngress = {
  ip?: string;
  hostname?: string;
  ports?: IngressPortStatus[];
};

/** `io.k8s.api.networking.v1.IngressLoadBalancerStatus` */
export type IngressLoadBalancerStatus = {
  ingress?: IngressLoadBalancerIngress[];
};

/** `io.k8s.api.networking.v1.IngressPortStatus` */
export type IngressPortStatus = {
  port: number;
  protocol: string;
  error?: string;
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
  ingressClassName?: string;
  defaultBackend?: IngressBackend;
  tls?: IngressTLS[];
  rules?: IngressRule[];
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
  id?: string;
  "$schema"?: string;
  "$ref"?: string;
  description?: string;
  type?: string;
  format?: string;
  title?: string;
  default?: JSON;
  maximum?: number;
  exclusiveMaximum?: boolean;
  minimum?: number;
  exclusiveMinimum?: boolean;
  maxLength?: number;
  minLength?: number;
  pattern?: string;
  maxItems?: number;
  minItems?: number;
  uniqueItems?: boolean;
  multipleOf?: number;
  enum?: JSON[];
  maxProperties?: number;
  minProperties?: number;
  required?: string[];
  items?: JSONSchemaPropsOrArray;
  allOf?: JSONSchemaProps[];
  oneOf?: JSONSchemaProps[];
  anyOf?: JSONSchemaProps[];
  not?: JSONSchemaProps;
  properties?: Record<string, JSONSchemaProps>;
  additionalProperties?: JSONSchemaPropsOrBool;
  patternProperties?: Record<string, JSONSchemaProps>;
  dependencies?: Record<string, JSONSchemaPropsOrStringArray>;
  additionalItems?: JSONSchemaPropsOrBool;
  definitions?: Record<string, JSONSchemaProps>;
  externalDocs?: ExternalDocumentation;
  example?: JSON;
  nullable?: boolean;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-embedded-resource"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-map-type"?: string;
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: JobSpec;
  status: JobStatus;
};

/** `io.k8s.api.batch.v1.JobCondition` */
export type JobCondition = {
  type: string;
  status: string;
  lastProbeTime?: Time | null;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.batch.v1.JobList` */
export type JobList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Job[];
};

/** `io.k8s.api.batch.v1.JobSpec` */
export type JobSpec = {
  parallelism?: number;
  completions?: number;
  activeDeadlineSeconds?: number;
  podFailurePolicy?: PodFailurePolicy;
  successPolicy?: SuccessPolicy;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  selector?: LabelSelector;
  manualSelector?: boolean;
  template: PodTemplateSpec;
  ttlSecondsAfterFinished?: number;
  completionMode?: string;
  suspend?: boolean;
  podReplacementPolicy?: string;
  managedBy?: string;
};

/** `io.k8s.api.batch.v1.JobStatus` */
export type JobStatus = {
  conditions?: JobCondition[];
  startTime?: Time;
  completionTime?: Time;
  active?: number;
  succeeded?: number;
  failed?: number;
  terminating?: number;
  completedIndexes?: string;
  failedIndexes?: string;
  uncountedTerminatedPods?: UncountedTerminatedPods;
  ready?: number;
};

/** `io.k8s.api.batch.v1.JobTemplateSpec` */
export type JobTemplateSpec = {
  metadata: ObjectMeta;
  spec: JobSpec;
};

/** `io.k8s.api.core.v1.KeyToPath` */
export type KeyToPath = {
  key: string;
  path: string;
  mode?: number;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector` */
export type LabelSelector = {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelSelectorRequirement[];
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: LeaseSpec;
};

/** `io.k8s.api.coordination.v1.LeaseList` */
export type LeaseList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Lease[];
};

/** `io.k8s.api.coordination.v1.LeaseSpec` */
export type LeaseSpec = {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: MicroTime;
  renewTime?: MicroTime;
  leaseTransitions?: number;
  strategy?: string;
  preferredHolder?: string;
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
  tcpSocket?: TCPSocketAction;
  sleep?: SleepAction;
};

/** `io.k8s.api.core.v1.LimitRange` */
export type LimitRange = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: LimitRangeSpec;
};

/** `io.k8s.api.core.v1.LimitRangeItem` */
export type LimitRangeItem = {
  type: string;
  max?: Record<string, Quantity>;
  min?: Record<string, Quantity>;
  default?: Record<string, Quantity>;
  defaultRequest?: Record<string, Quantity>;
  maxLimitRequestRatio?: Record<string, Quantity>;
};

/** `io.k8s.api.core.v1.LimitRangeList` */
export type LimitRangeList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: LimitRange[];
};

/** `io.k8s.api.core.v1.LimitRangeSpec` */
export type LimitRangeSpec = {
  limits: LimitRangeItem[];
};

/** `io.k8s.api.flowcontrol.v1.LimitResponse` */
export type LimitResponse = {
  type: string;
  queuing?: QueuingConfiguration;
};

/** `io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration` */
export type LimitedPriorityLevelConfiguration = {
  nominalConcurrencyShares?: number | null;
  limitResponse: LimitResponse;
  lendablePercent?: number;
  borrowingLimitPercent?: number;
};

/** `io.k8s.api.core.v1.LinuxContainerUser` */
export type LinuxContainerUser = {
  uid: number;
  gid: number;
  supplementalGroups?: number[];
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta` */
export type ListMeta = {
  selfLink?: string;
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
  shardInfo?: ShardInfo;
};

/** `io.k8s.api.core.v1.LoadBalancerIngress` */
export type LoadBalancerIngress = {
  ip?: string;
  hostname?: string;
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: SubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
};

/** `io.k8s.api.core.v1.LocalVolumeSource` */
export type LocalVolumeSource = {
  path: string;
  fsType?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry` */
export type ManagedFieldsEntry = {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  time?: Time;
  fieldsType?: string;
  fieldsV1?: FieldsV1;
  subresource?: string;
};

/** `io.k8s.api.admissionregistration.v1.MatchCondition` */
export type MatchCondition = {
  name: string;
  expression: string;
};

/** `io.k8s.api.admissionregistration.v1.MatchResources` */
export type MatchResources = {
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  resourceRules?: NamedRuleWithOperations[];
  excludeResourceRules?: NamedRuleWithOperations[];
  matchPolicy?: string;
};

/** `io.k8s.api.autoscaling.v2.MetricIdentifier` */
export type MetricIdentifier = {
  name: string;
  selector?: LabelSelector;
};

/** `io.k8s.api.autoscaling.v2.MetricSpec` */
export type MetricSpec = {
  type: string;
  object?: ObjectMetricSource;
  pods?: PodsMetricSource;
  resource?: ResourceMetricSource;
  containerResource?: ContainerResourceMetricSource;
  external?: ExternalMetricSource;
};

/** `io.k8s.api.autoscaling.v2.MetricStatus` */
export type MetricStatus = {
  type: string;
  object?: ObjectMetricStatus;
  pods?: PodsMetricStatus;
  resource?: ResourceMetricStatus;
  containerResource?: ContainerResourceMetricStatus;
  external?: ExternalMetricStatus;
};

/** `io.k8s.api.autoscaling.v2.MetricTarget` */
export type MetricTarget = {
  type: string;
  value?: Quantity;
  averageValue?: Quantity;
  averageUtilization?: number;
};

/** `io.k8s.api.autoscaling.v2.MetricValueStatus` */
export type MetricValueStatus = {
  value?: Quantity;
  averageValue?: Quantity;
  averageUtilization?: number;
};

/** An instant to the microsecond, RFC 3339 in UTC: `2026-01-02T03:04:05.000006Z`. */
export type MicroTime = string;

/** `io.k8s.api.core.v1.ModifyVolumeStatus` */
export type ModifyVolumeStatus = {
  targetVolumeAttributesClassName?: string;
  status: string;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy` */
export type MutatingAdmissionPolicy = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: MutatingAdmissionPolicySpec;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding` */
export type MutatingAdmissionPolicyBinding = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: MutatingAdmissionPolicyBindingSpec;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingList` */
export type MutatingAdmissionPolicyBindingList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: MutatingAdmissionPolicyBinding[];
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec` */
export type MutatingAdmissionPolicyBindingSpec = {
  policyName?: string;
  paramRef?: ParamRef;
  matchResources?: MatchResources;
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyList` */
export type MutatingAdmissionPolicyList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: MutatingAdmissionPolicy[];
};

/** `io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec` */
export type MutatingAdmissionPolicySpec = {
  paramKind?: ParamKind;
  matchConstraints?: MatchResources;
  variables?: Variable[];
  mutations?: Mutation[];
  failurePolicy?: string;
  matchConditions?: MatchCondition[];
  reinvocationPolicy?: string;
};

/** `io.k8s.api.admissionregistration.v1.MutatingWebhook` */
export type MutatingWebhook = {
  name: string;
  clientConfig: WebhookClientConfig;
  rules?: RuleWithOperations[];
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  sideEffects: string;
  timeoutSeconds?: number;
  admissionReviewVersions: string[];
  reinvocationPolicy?: string;
  matchConditions?: MatchCondition[];
};

/** `io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration` */
export type MutatingWebhookConfiguration = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  webhooks?: MutatingWebhook[];
};

/** `io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList` */
export type MutatingWebhookConfigurationList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: MutatingWebhookConfiguration[];
};

/** `io.k8s.api.admissionregistration.v1.Mutation` */
export type Mutation = {
  patchType: string;
  applyConfiguration?: ApplyConfiguration;
  jsonPatch?: JSONPatch;
};

/** `io.k8s.api.core.v1.NFSVolumeSource` */
export type NFSVolumeSource = {
  server: string;
  path: string;
  readOnly?: boolean;
};

/** `io.k8s.api.admissionregistration.v1.NamedRuleWithOperations` */
export type NamedRuleWithOperations = {
  resourceNames?: string[];
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  scope?: string;
};

/** `io.k8s.api.core.v1.Namespace` */
export type Namespace = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: NamespaceSpec;
  status: NamespaceStatus;
};

/** `io.k8s.api.core.v1.NamespaceCondition` */
export type NamespaceCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.core.v1.NamespaceList` */
export type NamespaceList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Namespace[];
};

/** `io.k8s.api.core.v1.NamespaceSpec` */
export type NamespaceSpec = {
  finalizers?: string[];
};

/** `io.k8s.api.core.v1.NamespaceStatus` */
export type NamespaceStatus = {
  phase?: string;
  conditions?: NamespaceCondition[];
};

/** `io.k8s.api.resource.v1.NetworkDeviceData` */
export type NetworkDeviceData = {
  interfaceName?: string;
  ips?: string[];
  hardwareAddress?: string;
};

/** `io.k8s.api.networking.v1.NetworkPolicy` */
export type NetworkPolicy = {
  kind: string;
  apiVersion: string;
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
  ports?: NetworkPolicyPort[];
  from?: NetworkPolicyPeer[];
};

/** `io.k8s.api.networking.v1.NetworkPolicyList` */
export type NetworkPolicyList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: NetworkPolicy[];
};

/** `io.k8s.api.networking.v1.NetworkPolicyPeer` */
export type NetworkPolicyPeer = {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: IPBlock;
};

/** `io.k8s.api.networking.v1.NetworkPolicyPort` */
export type NetworkPolicyPort = {
  protocol?: string;
  port?: IntOrString;
  endPort?: number;
};

/** `io.k8s.api.networking.v1.NetworkPolicySpec` */
export type NetworkPolicySpec = {
  podSelector: LabelSelector;
  ingress?: NetworkPolicyIngressRule[];
  egress?: NetworkPolicyEgressRule[];
  policyTypes?: string[];
};

/** `io.k8s.api.core.v1.Node` */
export type Node = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: NodeSpec;
  status: NodeStatus;
};

/** `io.k8s.api.core.v1.NodeAddress` */
export type NodeAddress = {
  type: string;
  address: string;
};

/** `io.k8s.api.core.v1.NodeAffinity` */
export type NodeAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredSchedulingTerm[];
};

/** `io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus` */
export type NodeAllocatableResourceClaimStatus = {
  resourceClaimName: string;
  containers?: string[];
  resources: Record<string, Quantity>;
};

/** `io.k8s.api.resource.v1.NodeAllocatableResourceMapping` */
export type NodeAllocatableResourceMapping = {
  allocationMultiplier?: Quantity;
  capacityKey?: string;
};

/** `io.k8s.api.core.v1.NodeCondition` */
export type NodeCondition = {
  type: string;
  status: string;
  lastHeartbeatTime?: Time | null;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.core.v1.NodeConfigSource` */
export type NodeConfigSource = {
  configMap?: ConfigMapNodeConfigSource;
};

/** `io.k8s.api.core.v1.NodeConfigStatus` */
export type NodeConfigStatus = {
  assigned?: NodeConfigSource;
  active?: NodeConfigSource;
  lastKnownGood?: NodeConfigSource;
  error?: string;
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
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Node[];
};

/** `io.k8s.api.core.v1.NodeRuntimeHandler` */
export type NodeRuntimeHandler = {
  name?: string;
  features?: NodeRuntimeHandlerFeatures;
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
  podCIDR?: string;
  podCIDRs?: string[];
  providerID?: string;
  unschedulable?: boolean;
  taints?: Taint[];
  configSource?: NodeConfigSource;
  externalID?: string;
};

/** `io.k8s.api.core.v1.NodeStatus` */
export type NodeStatus = {
  capacity?: Record<string, Quantity>;
  allocatable?: Record<string, Quantity>;
  phase?: string;
  conditions?: NodeCondition[];
  addresses?: NodeAddress[];
  daemonEndpoints: NodeDaemonEndpoints;
  nodeInfo: NodeSystemInfo;
  images?: ContainerImage[];
  volumesInUse?: string[];
  volumesAttached?: AttachedVolume[];
  config?: NodeConfigStatus;
  runtimeHandlers?: NodeRuntimeHandler[];
  features?: NodeFeatures;
  declaredFeatures?: string[];
};

/** `io.k8s.api.core.v1.NodeSwapStatus` */
export type NodeSwapStatus = {
  capacity?: number;
};

/** `io.k8s.api.core.v1.NodeSystemInfo` */
export type NodeSystemInfo = {
  machineID: string;
  systemUUID: string;
  bootID: string;
  kernelVersion: string;
  osImage: string;
  containerRuntimeVersion: string;
  kubeletVersion: string;
  kubeProxyVersion: string;
  operatingSystem: string;
  architecture: string;
  swap?: NodeSwapStatus;
};

/** `io.k8s.api.authorization.v1.NonResourceAttributes` */
export type NonResourceAttributes = {
  path?: string;
  verb?: string;
};

/** `io.k8s.api.flowcontrol.v1.NonResourcePolicyRule` */
export type NonResourcePolicyRule = {
  verbs: string[];
  nonResourceURLs: string[];
};

/** `io.k8s.api.authorization.v1.NonResourceRule` */
export type NonResourceRule = {
  verbs: string[];
  nonResourceURLs?: string[];
};

/** `io.k8s.api.core.v1.ObjectFieldSelector` */
export type ObjectFieldSelector = {
  apiVersion?: string;
  fieldPath: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` */
export type ObjectMeta = {
  name?: string;
  generateName?: string;
  namespace?: string;
  selfLink?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: Time;
  deletionTimestamp?: Time;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFieldsEntry[];
};

/** `io.k8s.api.autoscaling.v2.ObjectMetricSource` */
export type ObjectMetricSource = {
  describedObject: CrossVersionObjectReference;
  target: MetricTarget;
  metric: MetricIdentifier;
};

/** `io.k8s.api.autoscaling.v2.ObjectMetricStatus` */
export type ObjectMetricStatus = {
  metric: MetricIdentifier;
  current: MetricValueStatus;
  describedObject: CrossVersionObjectReference;
};

/** `io.k8s.api.core.v1.ObjectReference` */
export type ObjectReference = {
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiVersion?: string;
  resourceVersion?: string;
  fieldPath?: string;
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
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
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
  selector?: LabelSelector;
  parameterNotFoundAction?: string;
};

/** `io.k8s.api.networking.v1.ParentReference` */
export type ParentReference = {
  group?: string;
  resource: string;
  namespace?: string;
  name: string;
};

/** A patch document. */
export type Patch = JsonObject;

/** `io.k8s.api.core.v1.PersistentVolume` */
export type PersistentVolume = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: PersistentVolumeSpec;
  status: PersistentVolumeStatus;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaim` */
export type PersistentVolumeClaim = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: PersistentVolumeClaimSpec;
  status: PersistentVolumeClaimStatus;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimCondition` */
export type PersistentVolumeClaimCondition = {
  type: string;
  status: string;
  lastProbeTime?: Time | null;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimList` */
export type PersistentVolumeClaimList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: PersistentVolumeClaim[];
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimSpec` */
export type PersistentVolumeClaimSpec = {
  accessModes?: string[];
  selector?: LabelSelector;
  resources: VolumeResourceRequirements;
  volumeName?: string;
  storageClassName?: string;
  volumeMode?: string;
  dataSource?: TypedLocalObjectReference;
  dataSourceRef?: TypedObjectReference;
  volumeAttributesClassName?: string;
};

/** `io.k8s.api.core.v1.PersistentVolumeClaimStatus` */
export type PersistentVolumeClaimStatus = {
  phase?: string;
  accessModes?: string[];
  capacity?: Record<string, Quantity>;
  conditions?: PersistentVolumeClaimCondition[];
  allocatedResources?: Record<string, Quantity>;
  allocatedResourceStatuses?: Record<string, string>;
  currentVolumeAttributesClassName?: string;
  modifyVolumeStatus?: ModifyVolumeStatus;
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
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: PersistentVolume[];
};

/** `io.k8s.api.core.v1.PersistentVolumeSpec` */
export type PersistentVolumeSpec = {
  capacity?: Record<string, Quantity>;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  hostPath?: HostPathVolumeSource;
  glusterfs?: GlusterfsPersistentVolumeSource;
  nfs?: NFSVolumeSource;
  rbd?: RBDPersistentVolumeSource;
  iscsi?: ISCSIPersistentVolumeSource;
  cinder?: CinderPersistentVolumeSource;
  cephfs?: CephFSPersistentVolumeSource;
  fc?: FCVolumeSource;
  flocker?: FlockerVolumeSource;
  flexVolume?: FlexPersistentVolumeSource;
  azureFile?: AzureFilePersistentVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  quobyte?: QuobyteVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  scaleIO?: ScaleIOPersistentVolumeSource;
  local?: LocalVolumeSource;
  storageos?: StorageOSPersistentVolumeSource;
  csi?: CSIPersistentVolumeSource;
  accessModes?: string[];
  claimRef?: ObjectReference;
  persistentVolumeReclaimPolicy?: string;
  storageClassName?: string;
  mountOptions?: string[];
  volumeMode?: string;
  nodeAffinity?: VolumeNodeAffinity;
  volumeAttributesClassName?: string;
};

/** `io.k8s.api.core.v1.PersistentVolumeStatus` */
export type PersistentVolumeStatus = {
  phase?: string;
  message?: string;
  reason?: string;
  lastPhaseTransitionTime?: Time;
};

/** `io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource` */
export type PhotonPersistentDiskVolumeSource = {
  pdID: string;
  fsType?: string;
};

/** `io.k8s.api.core.v1.Pod` */
export type Pod = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: PodSpec;
  status: PodStatus;
};

/** `io.k8s.api.core.v1.PodAffinity` */
export type PodAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
};

/** `io.k8s.api.core.v1.PodAffinityTerm` */
export type PodAffinityTerm = {
  labelSelector?: LabelSelector;
  namespaces?: string[];
  topologyKey: string;
  namespaceSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
};

/** `io.k8s.api.core.v1.PodAntiAffinity` */
export type PodAntiAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
};

/** `io.k8s.api.core.v1.PodCertificateProjection` */
export type PodCertificateProjection = {
  signerName: string;
  keyType: string;
  maxExpirationSeconds?: number;
  credentialBundlePath?: string;
  keyPath?: string;
  certificateChainPath?: string;
  userAnnotations?: Record<string, string>;
};

/** `io.k8s.api.core.v1.PodCondition` */
export type PodCondition = {
  type: string;
  observedGeneration?: number;
  status: string;
  lastProbeTime?: Time | null;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.core.v1.PodDNSConfig` */
export type PodDNSConfig = {
  nameservers?: string[];
  searches?: string[];
  options?: PodDNSConfigOption[];
};

/** `io.k8s.api.core.v1.PodDNSConfigOption` */
export type PodDNSConfigOption = {
  name?: string;
  value?: string;
};

/** `io.k8s.api.policy.v1.PodDisruptionBudget` */
export type PodDisruptionBudget = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: PodDisruptionBudgetSpec;
  status: PodDisruptionBudgetStatus;
};

/** `io.k8s.api.policy.v1.PodDisruptionBudgetList` */
export type PodDisruptionBudgetList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: PodDisruptionBudget[];
};

/** `io.k8s.api.policy.v1.PodDisruptionBudgetSpec` */
export type PodDisruptionBudgetSpec = {
  minAvailable?: IntOrString;
  selector?: LabelSelector;
  maxUnavailable?: IntOrString;
  unhealthyPodEvictionPolicy?: string;
};

/** `io.k8s.api.policy.v1.PodDisruptionBudgetStatus` */
export type PodDisruptionBudgetStatus = {
  observedGeneration?: number;
  disruptedPods?: Record<string, Time>;
  disruptionsAllowed?: number;
  currentHealthy?: number;
  desiredHealthy?: number;
  expectedPods?: number;
  conditions?: Condition[];
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
  type: string;
  status?: string;
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
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Pod[];
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
  seLinuxOptions?: SELinuxOptions;
  windowsOptions?: WindowsSecurityContextOptions;
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  fsGroup?: number;
  sysctls?: Sysctl[];
  fsGroupChangePolicy?: string;
  seccompProfile?: SeccompProfile;
  appArmorProfile?: AppArmorProfile;
  seLinuxChangePolicy?: string;
};

/** `io.k8s.api.core.v1.PodSpec` */
export type PodSpec = {
  volumes?: Volume[];
  initContainers?: Container[];
  containers: Container[];
  ephemeralContainers?: EphemeralContainer[];
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  dnsPolicy?: string;
  nodeSelector?: Record<string, string>;
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  nodeName?: string;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  shareProcessNamespace?: boolean;
  securityContext?: PodSecurityContext;
  imagePullSecrets?: LocalObjectReference[];
  hostname?: string;
  subdomain?: string;
  affinity?: Affinity;
  schedulerName?: string;
  tolerations?: Toleration[];
  hostAliases?: HostAlias[];
  priorityClassName?: string;
  priority?: number;
  dnsConfig?: PodDNSConfig;
  readinessGates?: PodReadinessGate[];
  runtimeClassName?: string;
  enableServiceLinks?: boolean;
  preemptionPolicy?: string;
  overhead?: Record<string, Quantity>;
  topologySpreadConstraints?: TopologySpreadConstraint[];
  setHostnameAsFQDN?: boolean;
  os?: PodOS;
  hostUsers?: boolean;
  schedulingGates?: PodSchedulingGate[];
  resourceClaims?: PodResourceClaim[];
  resources?: ResourceRequirements;
  hostnameOverride?: string;
  schedulingGroup?: PodSchedulingGroup;
};

/** `io.k8s.api.core.v1.PodStatus` */
export type PodStatus = {
  observedGeneration?: number;
  phase?: string;
  conditions?: PodCondition[];
  message?: string;
  reason?: string;
  nominatedNodeName?: string;
  hostIP?: string;
  hostIPs?: HostIP[];
  podIP?: string;
  podIPs?: PodIP[];
  startTime?: Time;
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
  qosClass?: string;
  ephemeralContainerStatuses?: ContainerStatus[];
  resize?: string;
  resourceClaimStatuses?: PodResourceClaimStatus[];
  extendedResourceClaimStatus?: PodExtendedResourceClaimStatus;
  allocatedResources?: Record<string, Quantity>;
  resources?: ResourceRequirements;
  nodeAllocatableResourceClaimStatuses?: NodeAllocatableResourceClaimStatus[];
};

/** `io.k8s.api.core.v1.PodTemplate` */
export type PodTemplate = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  template: PodTemplateSpec;
};

/** `io.k8s.api.core.v1.PodTemplateList` */
export type PodTemplateList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: PodTemplate[];
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
  metric: MetricIdentifier;
  current: MetricValueStatus;
};

/** `io.k8s.api.rbac.v1.PolicyRule` */
export type PolicyRule = {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
};

/** `io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects` */
export type PolicyRulesWithSubjects = {
  subjects: FlowcontrolV1Subject[];
  resourceRules?: ResourcePolicyRule[];
  nonResourceRules?: NonResourcePolicyRule[];
};

/** `io.k8s.api.core.v1.PortStatus` */
export type PortStatus = {
  port: number;
  protocol: string;
  error?: string;
};

/** `io.k8s.api.core.v1.PortworxVolumeSource` */
export type PortworxVolumeSource = {
  volumeID: string;
  fsType?: string;
  readOnly?: boolean;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions` */
export type Preconditions = {
  uid?: string;
  resourceVersion?: string;
};

/** `io.k8s.api.core.v1.PreferredSchedulingTerm` */
export type PreferredSchedulingTerm = {
  weight: number;
  preference: NodeSelectorTerm;
};

/** `io.k8s.api.scheduling.v1.PriorityClass` */
export type PriorityClass = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  value?: number;
  globalDefault?: boolean;
  description?: string;
  preemptionPolicy?: string;
};

/** `io.k8s.api.scheduling.v1.PriorityClassList` */
export type PriorityClassList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: PriorityClass[];
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration` */
export type PriorityLevelConfiguration = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: PriorityLevelConfigurationSpec;
  status: PriorityLevelConfigurationStatus;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition` */
export type PriorityLevelConfigurationCondition = {
  type?: string;
  status?: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationList` */
export type PriorityLevelConfigurationList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: PriorityLevelConfiguration[];
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference` */
export type PriorityLevelConfigurationReference = {
  name: string;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec` */
export type PriorityLevelConfigurationSpec = {
  type: string;
  limited?: LimitedPriorityLevelConfiguration;
  exempt?: ExemptPriorityLevelConfiguration;
};

/** `io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus` */
export type PriorityLevelConfigurationStatus = {
  conditions?: PriorityLevelConfigurationCondition[];
};

/** `io.k8s.api.core.v1.Probe` */
export type Probe = {
  exec?: ExecAction;
  httpGet?: HTTPGetAction;
  tcpSocket?: TCPSocketAction;
  grpc?: GRPCAction;
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
  terminationGracePeriodSeconds?: number;
};

/** `io.k8s.api.core.v1.ProjectedVolumeSource` */
export type ProjectedVolumeSource = {
  sources?: VolumeProjection[] | null;
  defaultMode?: number;
};

/** An amount such as `"500m"` or `"1Gi"`, in canonical form. */
export type Quantity = string;

/** `io.k8s.api.flowcontrol.v1.QueuingConfiguration` */
export type QueuingConfiguration = {
  queues?: number;
  handSize?: number;
  queueLengthLimit?: number;
};

/** `io.k8s.api.core.v1.QuobyteVolumeSource` */
export type QuobyteVolumeSource = {
  registry: string;
  volume: string;
  readOnly?: boolean;
  user?: string;
  group?: string;
  tenant?: string;
};

/** `io.k8s.api.core.v1.RBDPersistentVolumeSource` */
export type RBDPersistentVolumeSource = {
  monitors: string[];
  image: string;
  fsType?: string;
  pool?: string;
  user?: string;
  keyring?: string;
  secretRef?: SecretReference;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.RBDVolumeSource` */
export type RBDVolumeSource = {
  monitors: string[];
  image: string;
  fsType?: string;
  pool?: string;
  user?: string;
  keyring?: string;
  secretRef?: LocalObjectReference;
  readOnly?: boolean;
};

/** An object of any kind. */
export type RawExtension = JsonObject;

/** `io.k8s.api.apps.v1.ReplicaSet` */
export type ReplicaSet = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ReplicaSetSpec;
  status: ReplicaSetStatus;
};

/** `io.k8s.api.apps.v1.ReplicaSetCondition` */
export type ReplicaSetCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.apps.v1.ReplicaSetList` */
export type ReplicaSetList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ReplicaSet[];
};

/** `io.k8s.api.apps.v1.ReplicaSetSpec` */
export type ReplicaSetSpec = {
  replicas?: number;
  minReadySeconds?: number;
  selector: LabelSelector;
  template: PodTemplateSpec;
};

/** `io.k8s.api.apps.v1.ReplicaSetStatus` */
export type ReplicaSetStatus = {
  replicas: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  terminatingReplicas?: number;
  observedGeneration?: number;
  conditions?: ReplicaSetCondition[];
};

/** `io.k8s.api.core.v1.ReplicationController` */
export type ReplicationController = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ReplicationControllerSpec;
  status: ReplicationControllerStatus;
};

/** `io.k8s.api.core.v1.ReplicationControllerCondition` */
export type ReplicationControllerCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.core.v1.ReplicationControllerList` */
export type ReplicationControllerList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ReplicationController[];
};

/** `io.k8s.api.core.v1.ReplicationControllerSpec` */
export type ReplicationControllerSpec = {
  replicas?: number;
  minReadySeconds?: number;
  selector?: Record<string, string>;
  template?: PodTemplateSpec;
};

/** `io.k8s.api.core.v1.ReplicationControllerStatus` */
export type ReplicationControllerStatus = {
  replicas: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  observedGeneration?: number;
  conditions?: ReplicationControllerCondition[];
};

/** `io.k8s.api.authorization.v1.ResourceAttributes` */
export type ResourceAttributes = {
  namespace?: string;
  verb?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  fieldSelector?: FieldSelectorAttributes;
  labelSelector?: LabelSelectorAttributes;
};

/** `io.k8s.api.resource.v1.ResourceClaim` */
export type ResourceClaim = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ResourceClaimSpec;
  status: ResourceClaimStatus;
};

/** `io.k8s.api.resource.v1.ResourceClaimConsumerReference` */
export type ResourceClaimConsumerReference = {
  apiGroup?: string;
  resource: string;
  name: string;
  uid: string;
};

/** `io.k8s.api.resource.v1.ResourceClaimList` */
export type ResourceClaimList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ResourceClaim[];
};

/** `io.k8s.api.resource.v1.ResourceClaimSpec` */
export type ResourceClaimSpec = {
  devices: DeviceClaim;
};

/** `io.k8s.api.resource.v1.ResourceClaimStatus` */
export type ResourceClaimStatus = {
  allocation?: AllocationResult;
  reservedFor?: ResourceClaimConsumerReference[];
  devices?: AllocatedDeviceStatus[];
};

/** `io.k8s.api.resource.v1.ResourceClaimTemplate` */
export type ResourceClaimTemplate = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ResourceClaimTemplateSpec;
};

/** `io.k8s.api.resource.v1.ResourceClaimTemplateList` */
export type ResourceClaimTemplateList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ResourceClaimTemplate[];
};

/** `io.k8s.api.resource.v1.ResourceClaimTemplateSpec` */
export type ResourceClaimTemplateSpec = {
  metadata: ObjectMeta;
  spec: ResourceClaimSpec;
};

/** `io.k8s.api.core.v1.ResourceFieldSelector` */
export type ResourceFieldSelector = {
  containerName?: string;
  resource: string;
  divisor?: Quantity;
};

/** `io.k8s.api.core.v1.ResourceHealth` */
export type ResourceHealth = {
  resourceID: string;
  health?: string;
  message?: string;
};

/** `io.k8s.api.autoscaling.v2.ResourceMetricSource` */
export type ResourceMetricSource = {
  name: string;
  target: MetricTarget;
};

/** `io.k8s.api.autoscaling.v2.ResourceMetricStatus` */
export type ResourceMetricStatus = {
  name: string;
  current: MetricValueStatus;
};

/** `io.k8s.api.flowcontrol.v1.ResourcePolicyRule` */
export type ResourcePolicyRule = {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  clusterScope?: boolean;
  namespaces?: string[] | null;
};

/** `io.k8s.api.resource.v1.ResourcePool` */
export type ResourcePool = {
  name: string;
  generation: number;
  resourceSliceCount: number;
};

/** `io.k8s.api.core.v1.ResourceQuota` */
export type ResourceQuota = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ResourceQuotaSpec;
  status: ResourceQuotaStatus;
};

/** `io.k8s.api.core.v1.ResourceQuotaList` */
export type ResourceQuotaList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ResourceQuota[];
};

/** `io.k8s.api.core.v1.ResourceQuotaSpec` */
export type ResourceQuotaSpec = {
  hard?: Record<string, Quantity>;
  scopes?: string[];
  scopeSelector?: ScopeSelector;
};

/** `io.k8s.api.core.v1.ResourceQuotaStatus` */
export type ResourceQuotaStatus = {
  hard?: Record<string, Quantity>;
  used?: Record<string, Quantity>;
};

/** `io.k8s.api.core.v1.ResourceRequirements` */
export type ResourceRequirements = {
  limits?: Record<string, Quantity>;
  requests?: Record<string, Quantity>;
  claims?: CoreV1ResourceClaim[];
};

/** `io.k8s.api.authorization.v1.ResourceRule` */
export type ResourceRule = {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
};

/** `io.k8s.api.resource.v1.ResourceSlice` */
export type ResourceSlice = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ResourceSliceSpec;
};

/** `io.k8s.api.resource.v1.ResourceSliceList` */
export type ResourceSliceList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ResourceSlice[];
};

/** `io.k8s.api.resource.v1.ResourceSliceSpec` */
export type ResourceSliceSpec = {
  driver: string;
  pool: ResourcePool;
  nodeName?: string;
  nodeSelector?: NodeSelector;
  allNodes?: boolean;
  devices?: Device[];
  perDeviceNodeSelection?: boolean;
  sharedCounters?: CounterSet[];
};

/** `io.k8s.api.core.v1.ResourceStatus` */
export type ResourceStatus = {
  name: string;
  resources?: ResourceHealth[];
};

/** `io.k8s.api.rbac.v1.Role` */
export type Role = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  rules?: PolicyRule[] | null;
};

/** `io.k8s.api.rbac.v1.RoleBinding` */
export type RoleBinding = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  subjects?: Subject[];
  roleRef: RoleRef;
};

/** `io.k8s.api.rbac.v1.RoleBindingList` */
export type RoleBindingList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: RoleBinding[];
};

/** `io.k8s.api.rbac.v1.RoleList` */
export type RoleList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Role[];
};

/** `io.k8s.api.rbac.v1.RoleRef` */
export type RoleRef = {
  apiGroup?: string;
  kind: string;
  name: string;
};

/** `io.k8s.api.apps.v1.RollingUpdateDaemonSet` */
export type RollingUpdateDaemonSet = {
  maxUnavailable?: IntOrString;
  maxSurge?: IntOrString;
};

/** `io.k8s.api.apps.v1.RollingUpdateDeployment` */
export type RollingUpdateDeployment = {
  maxUnavailable?: IntOrString;
  maxSurge?: IntOrString;
};

/** `io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy` */
export type RollingUpdateStatefulSetStrategy = {
  partition?: number;
  maxUnavailable?: IntOrString;
};

/** `io.k8s.api.admissionregistration.v1.RuleWithOperations` */
export type RuleWithOperations = {
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  scope?: string;
};

/** `io.k8s.api.node.v1.RuntimeClass` */
export type RuntimeClass = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  handler: string;
  overhead?: Overhead;
  scheduling?: Scheduling;
};

/** `io.k8s.api.node.v1.RuntimeClassList` */
export type RuntimeClassList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: RuntimeClass[];
};

/** `io.k8s.api.core.v1.SELinuxOptions` */
export type SELinuxOptions = {
  user?: string;
  role?: string;
  type?: string;
  level?: string;
};

/** `io.k8s.api.autoscaling.v1.Scale` */
export type Scale = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ScaleSpec;
  status: ScaleStatus;
};

/** `io.k8s.api.core.v1.ScaleIOPersistentVolumeSource` */
export type ScaleIOPersistentVolumeSource = {
  gateway: string;
  system: string;
  secretRef: SecretReference;
  sslEnabled?: boolean;
  protectionDomain?: string;
  storagePool?: string;
  storageMode?: string;
  volumeName?: string;
  fsType?: string;
  readOnly?: boolean;
};

/** `io.k8s.api.core.v1.ScaleIOVolumeSource` */
export type ScaleIOVolumeSource = {
  gateway: string;
  system: string;
  secretRef: LocalObjectReference;
  sslEnabled?: boolean;
  protectionDomain?: string;
  storagePool?: string;
  storageMode?: string;
  volumeName?: string;
  fsType?: string;
  readOnly?: boolean;
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
  scopeName: string;
  operator: string;
  values?: string[];
};

/** `io.k8s.api.core.v1.SeccompProfile` */
export type SeccompProfile = {
  type: string;
  localhostProfile?: string;
};

/** `io.k8s.api.core.v1.Secret` */
export type Secret = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  immutable?: boolean;
  data?: Record<string, string>;
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
  name?: string;
  key: string;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.SecretList` */
export type SecretList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Secret[];
};

/** `io.k8s.api.core.v1.SecretProjection` */
export type SecretProjection = {
  name?: string;
  items?: KeyToPath[];
  optional?: boolean;
};

/** `io.k8s.api.core.v1.SecretReference` */
export type SecretReference = {
  name?: string;
  namespace?: string;
};

/** `io.k8s.api.core.v1.SecretVolumeSource` */
export type SecretVolumeSource = {
  secretName?: string;
  items?: KeyToPath[];
  defaultMode?: number;
  optional?: boolean;
};

/** `io.k8s.api.core.v1.SecurityContext` */
export type SecurityContext = {
  capabilities?: Capabilities;
  privileged?: boolean;
  seLinuxOptions?: SELinuxOptions;
  windowsOptions?: WindowsSecurityContextOptions;
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  readOnlyRootFilesystem?: boolean;
  allowPrivilegeEscalation?: boolean;
  procMount?: string;
  seccompProfile?: SeccompProfile;
  appArmorProfile?: AppArmorProfile;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField` */
export type SelectableField = {
  jsonPath: string;
};

/** `io.k8s.api.authorization.v1.SelfSubjectAccessReview` */
export type SelfSubjectAccessReview = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: SelfSubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
};

/** `io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec` */
export type SelfSubjectAccessReviewSpec = {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
};

/** `io.k8s.api.authentication.v1.SelfSubjectReview` */
export type SelfSubjectReview = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  status: SelfSubjectReviewStatus;
};

/** `io.k8s.api.authentication.v1.SelfSubjectReviewStatus` */
export type SelfSubjectReviewStatus = {
  userInfo: UserInfo;
};

/** `io.k8s.api.authorization.v1.SelfSubjectRulesReview` */
export type SelfSubjectRulesReview = {
  kind: string;
  apiVersion: string;
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ServiceSpec;
  status: ServiceStatus;
};

/** `io.k8s.api.core.v1.ServiceAccount` */
export type ServiceAccount = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  secrets?: ObjectReference[];
  imagePullSecrets?: LocalObjectReference[];
  automountServiceAccountToken?: boolean;
};

/** `io.k8s.api.core.v1.ServiceAccountList` */
export type ServiceAccountList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ServiceAccount[];
};

/** `io.k8s.api.flowcontrol.v1.ServiceAccountSubject` */
export type ServiceAccountSubject = {
  namespace: string;
  name: string;
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ServiceCIDRSpec;
  status: ServiceCIDRStatus;
};

/** `io.k8s.api.networking.v1.ServiceCIDRList` */
export type ServiceCIDRList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ServiceCIDR[];
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
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: Service[];
};

/** `io.k8s.api.core.v1.ServicePort` */
export type ServicePort = {
  name?: string;
  protocol?: string;
  appProtocol?: string;
  port: number;
  targetPort?: IntOrString;
  nodePort?: number;
};

/** `io.k8s.api.admissionregistration.v1.ServiceReference` */
export type ServiceReference = {
  namespace: string;
  name: string;
  path?: string;
  port?: number;
};

/** `io.k8s.api.core.v1.ServiceSpec` */
export type ServiceSpec = {
  ports?: ServicePort[];
  selector?: Record<string, string>;
  clusterIP?: string;
  clusterIPs?: string[];
  type?: string;
  externalIPs?: string[];
  sessionAffinity?: string;
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  externalName?: string;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  publishNotReadyAddresses?: boolean;
  sessionAffinityConfig?: SessionAffinityConfig;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
  loadBalancerClass?: string;
  internalTrafficPolicy?: string;
  trafficDistribution?: string;
};

/** `io.k8s.api.core.v1.ServiceStatus` */
export type ServiceStatus = {
  loadBalancer: LoadBalancerStatus;
  conditions?: Condition[];
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
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: StatefulSetSpec;
  status: StatefulSetStatus;
};

/** `io.k8s.api.apps.v1.StatefulSetCondition` */
export type StatefulSetCondition = {
  type: string;
  status: string;
  lastTransitionTime?: Time | null;
  reason?: string;
  message?: string;
};

/** `io.k8s.api.apps.v1.StatefulSetList` */
export type StatefulSetList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: StatefulSet[];
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
  replicas?: number;
  selector: LabelSelector;
  template: PodTemplateSpec;
  volumeClaimTemplates?: PersistentVolumeClaim[];
  serviceName?: string;
  podManagementPolicy?: string;
  updateStrategy: StatefulSetUpdateStrategy;
  revisionHistoryLimit?: number;
  minReadySeconds?: number;
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  ordinals?: StatefulSetOrdinals;
};

/** `io.k8s.api.apps.v1.StatefulSetStatus` */
export type StatefulSetStatus = {
  observedGeneration?: number;
  replicas: number;
  readyReplicas?: number;
  currentReplicas?: number;
  updatedReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  collisionCount?: number;
  conditions?: StatefulSetCondition[];
  availableReplicas?: number;
};

/** `io.k8s.api.apps.v1.StatefulSetUpdateStrategy` */
export type StatefulSetUpdateStrategy = {
  type?: string;
  rollingUpdate?: RollingUpdateStatefulSetStrategy;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.Status` */
export type Status = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  status?: string;
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause` */
export type StatusCause = {
  reason?: string;
  message?: string;
  field?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails` */
export type StatusDetails = {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
};

/** `io.k8s.api.storage.v1.StorageClass` */
export type StorageClass = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  provisioner: string;
  parameters?: Record<string, string>;
  reclaimPolicy?: string;
  mountOptions?: string[];
  allowVolumeExpansion?: boolean;
  volumeBindingMode?: string;
  allowedTopologies?: TopologySelectorTerm[];
};

/** `io.k8s.api.storage.v1.StorageClassList` */
export type StorageClassList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: StorageClass[];
};

/** `io.k8s.api.core.v1.StorageOSPersistentVolumeSource` */
export type StorageOSPersistentVolumeSource = {
  volumeName?: string;
  volumeNamespace?: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: ObjectReference;
};

/** `io.k8s.api.core.v1.StorageOSVolumeSource` */
export type StorageOSVolumeSource = {
  volumeName?: string;
  volumeNamespace?: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
};

/** `io.k8s.api.storage.v1.TokenRequest` */
export type StorageV1TokenRequest = {
  audience: string;
  expirationSeconds?: number;
};

/** `io.k8s.api.rbac.v1.Subject` */
export type Subject = {
  kind: string;
  apiGroup?: string;
  name: string;
  namespace?: string;
};

/** `io.k8s.api.authorization.v1.SubjectAccessReview` */
export type SubjectAccessReview = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: SubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
};

/** `io.k8s.api.authorization.v1.SubjectAccessReviewSpec` */
export type SubjectAccessReviewSpec = {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
  user?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
  uid?: string;
};

/** `io.k8s.api.authorization.v1.SubjectAccessReviewStatus` */
export type SubjectAccessReviewStatus = {
  allowed: boolean;
  denied?: boolean;
  reason?: string;
  evaluationError?: string;
};

/** `io.k8s.api.authorization.v1.SubjectRulesReviewStatus` */
export type SubjectRulesReviewStatus = {
  resourceRules: ResourceRule[];
  nonResourceRules: NonResourceRule[];
  incomplete: boolean;
  evaluationError?: string;
};

/** `io.k8s.api.batch.v1.SuccessPolicy` */
export type SuccessPolicy = {
  rules: SuccessPolicyRule[];
};

/** `io.k8s.api.batch.v1.SuccessPolicyRule` */
export type SuccessPolicyRule = {
  succeededIndexes?: string;
  succeededCount?: number;
};

/** `io.k8s.api.core.v1.Sysctl` */
export type Sysctl = {
  name: string;
  value: string;
};

/** `io.k8s.api.core.v1.TCPSocketAction` */
export type TCPSocketAction = {
  port: IntOrString;
  host?: string;
};

/** `io.k8s.api.core.v1.Taint` */
export type Taint = {
  key: string;
  value?: string;
  effect: string;
  timeAdded?: Time;
};

/** An instant to the second, RFC 3339 in UTC: `2026-01-02T03:04:05Z`. */
export type Time = string;

/** `io.k8s.api.authentication.v1.TokenRequest` */
export type TokenRequest = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: TokenRequestSpec;
  status: TokenRequestStatus;
};

/** `io.k8s.api.authentication.v1.TokenRequestSpec` */
export type TokenRequestSpec = {
  audiences?: string[] | null;
  expirationSeconds?: number | null;
  boundObjectRef?: BoundObjectReference | null;
};

/** `io.k8s.api.authentication.v1.TokenRequestStatus` */
export type TokenRequestStatus = {
  token?: string;
  expirationTimestamp?: Time | null;
};

/** `io.k8s.api.authentication.v1.TokenReview` */
export type TokenReview = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: TokenReviewSpec;
  status: TokenReviewStatus;
};

/** `io.k8s.api.authentication.v1.TokenReviewSpec` */
export type TokenReviewSpec = {
  token: string;
  audiences?: string[];
};

/** `io.k8s.api.authentication.v1.TokenReviewStatus` */
export type TokenReviewStatus = {
  authenticated?: boolean;
  user: UserInfo;
  audiences?: string[];
  error?: string;
};

/** `io.k8s.api.core.v1.Toleration` */
export type Toleration = {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
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
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  matchLabelKeys?: string[];
};

/** `io.k8s.api.admissionregistration.v1.TypeChecking` */
export type TypeChecking = {
  expressionWarnings?: ExpressionWarning[];
};

/** `io.k8s.api.core.v1.TypedLocalObjectReference` */
export type TypedLocalObjectReference = {
  apiGroup?: string | null;
  kind: string;
  name: string;
};

/** `io.k8s.api.core.v1.TypedObjectReference` */
export type TypedObjectReference = {
  apiGroup?: string | null;
  kind: string;
  name: string;
  namespace?: string;
};

/** `io.k8s.api.batch.v1.UncountedTerminatedPods` */
export type UncountedTerminatedPods = {
  succeeded?: string[];
  failed?: string[];
};

/** `io.k8s.api.authentication.v1.UserInfo` */
export type UserInfo = {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
};

/** `io.k8s.api.flowcontrol.v1.UserSubject` */
export type UserSubject = {
  name: string;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy` */
export type ValidatingAdmissionPolicy = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ValidatingAdmissionPolicySpec;
  status: ValidatingAdmissionPolicyStatus;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding` */
export type ValidatingAdmissionPolicyBinding = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: ValidatingAdmissionPolicyBindingSpec;
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingList` */
export type ValidatingAdmissionPolicyBindingList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ValidatingAdmissionPolicyBinding[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec` */
export type ValidatingAdmissionPolicyBindingSpec = {
  policyName: string;
  paramRef?: ParamRef;
  matchResources?: MatchResources;
  validationActions: string[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyList` */
export type ValidatingAdmissionPolicyList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ValidatingAdmissionPolicy[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec` */
export type ValidatingAdmissionPolicySpec = {
  paramKind?: ParamKind;
  matchConstraints?: MatchResources;
  validations?: Validation[];
  failurePolicy?: string;
  auditAnnotations?: AuditAnnotation[];
  matchConditions?: MatchCondition[];
  variables?: Variable[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus` */
export type ValidatingAdmissionPolicyStatus = {
  observedGeneration?: number;
  typeChecking?: TypeChecking;
  conditions?: Condition[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingWebhook` */
export type ValidatingWebhook = {
  name: string;
  clientConfig: WebhookClientConfig;
  rules?: RuleWithOperations[];
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  sideEffects: string;
  timeoutSeconds?: number;
  admissionReviewVersions: string[];
  matchConditions?: MatchCondition[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration` */
export type ValidatingWebhookConfiguration = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  webhooks?: ValidatingWebhook[];
};

/** `io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList` */
export type ValidatingWebhookConfigurationList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: ValidatingWebhookConfiguration[];
};

/** `io.k8s.api.admissionregistration.v1.Validation` */
export type Validation = {
  expression: string;
  message?: string;
  reason?: string;
  messageExpression?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ValidationRule` */
export type ValidationRule = {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
};

/** `io.k8s.api.admissionregistration.v1.Variable` */
export type Variable = {
  name: string;
  expression: string;
};

/** `io.k8s.api.core.v1.Volume` */
export type Volume = {
  name: string;
  hostPath?: HostPathVolumeSource;
  emptyDir?: EmptyDirVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  gitRepo?: GitRepoVolumeSource;
  secret?: SecretVolumeSource;
  nfs?: NFSVolumeSource;
  iscsi?: ISCSIVolumeSource;
  glusterfs?: GlusterfsVolumeSource;
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  rbd?: RBDVolumeSource;
  flexVolume?: FlexVolumeSource;
  cinder?: CinderVolumeSource;
  cephfs?: CephFSVolumeSource;
  flocker?: FlockerVolumeSource;
  downwardAPI?: DownwardAPIVolumeSource;
  fc?: FCVolumeSource;
  azureFile?: AzureFileVolumeSource;
  configMap?: ConfigMapVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  quobyte?: QuobyteVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  projected?: ProjectedVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  scaleIO?: ScaleIOVolumeSource;
  storageos?: StorageOSVolumeSource;
  csi?: CSIVolumeSource;
  ephemeral?: EphemeralVolumeSource;
  image?: ImageVolumeSource;
};

/** `io.k8s.api.storage.v1.VolumeAttachment` */
export type VolumeAttachment = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  spec: VolumeAttachmentSpec;
  status: VolumeAttachmentStatus;
};

/** `io.k8s.api.storage.v1.VolumeAttachmentList` */
export type VolumeAttachmentList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: VolumeAttachment[];
};

/** `io.k8s.api.storage.v1.VolumeAttachmentSource` */
export type VolumeAttachmentSource = {
  persistentVolumeName?: string;
  inlineVolumeSpec?: PersistentVolumeSpec;
};

/** `io.k8s.api.storage.v1.VolumeAttachmentSpec` */
export type VolumeAttachmentSpec = {
  attacher: string;
  source: VolumeAttachmentSource;
  nodeName: string;
};

/** `io.k8s.api.storage.v1.VolumeAttachmentStatus` */
export type VolumeAttachmentStatus = {
  attached: boolean;
  attachmentMetadata?: Record<string, string>;
  attachError?: VolumeError;
  detachError?: VolumeError;
};

/** `io.k8s.api.storage.v1.VolumeAttributesClass` */
export type VolumeAttributesClass = {
  kind: string;
  apiVersion: string;
  metadata: ObjectMeta;
  driverName: string;
  parameters?: Record<string, string>;
};

/** `io.k8s.api.storage.v1.VolumeAttributesClassList` */
export type VolumeAttributesClassList = {
  kind: string;
  apiVersion: string;
  metadata: ListMeta;
  items: VolumeAttributesClass[];
};

/** `io.k8s.api.core.v1.VolumeDevice` */
export type VolumeDevice = {
  name: string;
  devicePath: string;
};

/** `io.k8s.api.storage.v1.VolumeError` */
export type VolumeError = {
  time?: Time | null;
  message?: string;
  errorCode?: number;
};

/** `io.k8s.api.core.v1.VolumeMount` */
export type VolumeMount = {
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  mountPath: string;
  subPath?: string;
  mountPropagation?: string;
  subPathExpr?: string;
};

/** `io.k8s.api.core.v1.VolumeMountStatus` */
export type VolumeMountStatus = {
  name: string;
  mountPath: string;
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
  secret?: SecretProjection;
  downwardAPI?: DownwardAPIProjection;
  configMap?: ConfigMapProjection;
  serviceAccountToken?: ServiceAccountTokenProjection;
  clusterTrustBundle?: ClusterTrustBundleProjection;
  podCertificate?: PodCertificateProjection;
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
  volumePath: string;
  fsType?: string;
  storagePolicyName?: string;
  storagePolicyID?: string;
};

/** `io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent` */
export type WatchEvent = {
  type: string;
  object: RawExtension;
};

/** `io.k8s.api.admissionregistration.v1.WebhookClientConfig` */
export type WebhookClientConfig = {
  url?: string;
  service?: ServiceReference;
  caBundle?: string;
};

/** `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion` */
export type WebhookConversion = {
  clientConfig?: ApiextensionsV1WebhookClientConfig;
  conversionReviewVersions: string[];
};

/** `io.k8s.api.core.v1.WeightedPodAffinityTerm` */
export type WeightedPodAffinityTerm = {
  weight: number;
  podAffinityTerm: PodAffinityTerm;
};

/** `io.k8s.api.core.v1.WindowsSecurityContextOptions` */
export type WindowsSecurityContextOptions = {
  gmsaCredentialSpecName?: string;
  gmsaCredentialSpec?: string;
  runAsUserName?: string;
  hostProcess?: boolean;
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
