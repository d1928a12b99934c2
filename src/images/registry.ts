/** All families of the catalogue, and the programs that several of them contain. A repository belongs to one family. */
import { busybox } from "../programs/busybox.ts";
import { DECLARED_SERVER } from "../programs/servers/declared/config.ts";
import { declaredServer } from "../programs/servers/declared/declared.ts";
import { execEntrypoint } from "../programs/servers/entrypoint.ts";
import { unknownServer } from "../programs/servers/unknown.ts";
import type { Program } from "../shell/program.ts";
import { AGENTS } from "./families/agents.ts";
import { BITNAMI } from "./families/bitnami.ts";
import { CASSANDRA } from "./families/cassandra.ts";
import { CERT_MANAGER } from "./families/cert-manager.ts";
import { CONSUL } from "./families/consul.ts";
import { DATABASES } from "./families/databases.ts";
import { MYSQL } from "./families/databases-mysql.ts";
import { DEMO_SCRIPTS } from "./families/demo-scripts.ts";
import { DEMOS } from "./families/demos.ts";
import { DOCUMENTS } from "./families/documents.ts";
import { EDGE } from "./families/edge.ts";
import { GATEKEEPER_CRDS } from "./families/gatekeeper-crds.ts";
import { GUESTBOOK } from "./families/guestbook.ts";
import { JENKINS } from "./families/jenkins.ts";
import { KEDA } from "./families/keda.ts";
import { KUBERNETES } from "./families/kubernetes.ts";
import { KYVERNO } from "./families/kyverno.ts";
import { LANGUAGES } from "./families/languages.ts";
import { LOAD } from "./families/load.ts";
import { METALLB } from "./families/metallb.ts";
import { MINIO } from "./families/minio.ts";
import { NATS } from "./families/nats.ts";
import { NETWORK_PLUGINS } from "./families/network-plugins.ts";
import { NGINX } from "./families/nginx.ts";
import { OBSERVABILITY } from "./families/observability.ts";
import { OPERATORS } from "./families/operators.ts";
import { PHP } from "./families/php.ts";
import { PROVISIONERS } from "./families/provisioners.ts";
import { REDIS } from "./families/redis.ts";
import { SELF_CERTIFIED } from "./families/self-certified.ts";
import { STORES } from "./families/stores.ts";
import { SYSTEMS } from "./families/systems.ts";
import { TENSORFLOW } from "./families/tensorflow.ts";
import { TOOLS } from "./families/tools.ts";
import { VAULT } from "./families/vault.ts";
import { WEB } from "./families/web.ts";
import { WORDPRESS } from "./families/wordpress.ts";
import { ZOOKEEPER } from "./families/zookeeper.ts";
import type { ImageFamily } from "./image.ts";

export const FAMILIES: readonly ImageFamily[] = [
  ...SYSTEMS,
  ...NGINX,
  ...KUBERNETES,
  ...DEMOS,
  ...DEMO_SCRIPTS,
  ...WEB,
  ...PHP,
  ...WORDPRESS,
  ...GUESTBOOK,
  ...REDIS,
  ...BITNAMI,
  ...DATABASES,
  ...MYSQL,
  ...DOCUMENTS,
  ...STORES,
  ...ZOOKEEPER,
  ...MINIO,
  ...NATS,
  ...TENSORFLOW,
  ...CASSANDRA,
  ...TOOLS,
  ...LOAD,
  ...LANGUAGES,
  ...OBSERVABILITY,
  ...AGENTS,
  ...OPERATORS,
  ...CONSUL,
  ...PROVISIONERS,
  ...SELF_CERTIFIED,
  ...KEDA,
  ...KYVERNO,
  ...METALLB,
  JENKINS,
  GATEKEEPER_CRDS,
  ...VAULT,
  ...CERT_MANAGER,
  ...EDGE,
  ...NETWORK_PLUGINS,
];

/** By the names in `RegularFile.program`. */
export const SHARED_PROGRAMS: Readonly<Record<string, Program>> = {
  "unknown-server": unknownServer,
  "exec-entrypoint": execEntrypoint,
  [DECLARED_SERVER]: declaredServer,
  busybox,
};
