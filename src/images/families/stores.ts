/** Other databases, search engines and message brokers: they start, become ready and log. */
import { elasticsearch, opensearch } from "../../programs/servers/elasticsearch/elasticsearch.ts";
import { kafka } from "../../programs/servers/kafka/broker.ts";
import { KAFKA_TOOLS, kafkaTool } from "../../programs/servers/kafka/tools.ts";
import { MB } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { serviceImage, simpleImage } from "../simple.ts";
import { directories, executable } from "../tree.ts";

/** Tools that the images of search engines have. */
const SEARCH_FILES = {
  "/usr/bin/curl": executable("curl"),
  "/usr/sbin/sysctl": executable("sysctl"),
  ...directories("/usr/share/elasticsearch/data /usr/share/opensearch/data", { mode: 0o775, uid: 1000 }),
};

/** The scripts of all distributions. */
const KAFKA_FILES = Object.fromEntries(
  KAFKA_TOOLS.flatMap((name) =>
    [`/opt/kafka/bin/${name}.sh`, `/opt/bitnami/kafka/bin/${name}.sh`, `/usr/bin/${name}.sh`, `/usr/bin/${name}`].map(
      (path) => [path, executable("kafka-tool", { sizeBytes: 900 })] as const,
    ),
  ),
);

const BROAD = "[\\w.-]+";

export const STORES: readonly ImageFamily[] = [
  simpleImage({
    repositories: library("elasticsearch").concat(
      "docker.elastic.co/elasticsearch/elasticsearch",
      "docker.io/elastic/elasticsearch",
      "docker.elastic.co/elasticsearch/elasticsearch-oss",
      "docker.io/bitnami/elasticsearch",
    ),
    tags: {
      versions: "2.4:6 5.0-6:16 6.0-8:23 7.0-17:29 8.0-19:9 9.0-2:4",
      variants: "debian-\\d+-r\\d+|amd64|alpine",
    },
    base: "redhat",
    path: "/usr/local/bin/docker-entrypoint.sh",
    program: "elasticsearch",
    implementation: elasticsearch,
    user: "1000:0",
    ports: [9200, 9300],
    sizeBytes: 640 * MB,
    env: (version) => ({ ELASTIC_CONTAINER: "true", ELASTIC_VERSION: version }),
    files: SEARCH_FILES,
  }),
  simpleImage({
    repositories: ["docker.io/opensearchproject/opensearch"],
    tags: { versions: "1.0-3:20 2.0-19:4 3.0-4:0", grows: true },
    base: "redhat",
    path: "/usr/share/opensearch/opensearch-docker-entrypoint.sh",
    program: "opensearch",
    implementation: opensearch,
    user: "1000:0",
    ports: [9200, 9300, 9600],
    sizeBytes: 700 * MB,
    env: (version) => ({ ELASTIC_VERSION: version, "path.data": "/usr/share/opensearch/data" }),
    files: SEARCH_FILES,
  }),
  serviceImage(
    library("kibana").concat("docker.elastic.co/kibana/kibana", "docker.io/opensearchproject/opensearch-dashboards"),
    {
      tags: { versions: "1.0-3:9 2.0-19:4 3.0-9:9 5.0-6:16 6.0-8:23 7.0-17:29 8.0-19:9 9.0-2:4", grows: true },
      base: "redhat",
      path: "/usr/local/bin/kibana-docker",
      ports: [5601],
      sizeBytes: 450 * MB,
      startMs: 12_000,
      logFd: 1,
      style: "java",
      lines: ["http server running at http://0.0.0.0:5601", "Kibana is now available"],
      paths: { "/api/status": { status: { overall: { level: "available" } } } },
    },
  ),
  serviceImage(library("logstash").concat("docker.elastic.co/logstash/logstash"), {
    tags: { versions: "5.0-6:16 6.0-8:23 7.0-17:29 8.0-19:9 9.0-2:4", grows: true },
    ...{ base: "redhat", path: "/usr/local/bin/docker-entrypoint", ports: [5044, 9600], sizeBytes: 450 * MB },
    ...{ startMs: 12_000, logFd: 1, style: "java" },
    lines: ['Pipeline started {"pipeline.id"=>"main"}', "Successfully started Logstash API endpoint {:port=>9600}"],
    paths: { "/": { status: "green", http_address: "0.0.0.0:9600", pipeline: { workers: 2, batch_size: 125 } } },
  }),
  simpleImage({
    repositories: [
      "docker.io/confluentinc/cp-kafka",
      "docker.io/apache/kafka",
      "docker.io/wurstmeister/kafka",
      "quay.io/strimzi/kafka",
    ],
    tags: {
      versions: "0.10-49:9 2.0-9:9 3.0-9:9 4.0-1:9 5.0-5:9 6.0-2:9 7.0-9:9 8.0-1:9",
      prefix: "optional",
      variants: BROAD,
    },
    base: "redhat",
    path: "/etc/kafka/docker/run",
    program: "kafka",
    implementation: kafka,
    ports: [9092, 9093],
    sizeBytes: 380 * MB,
    files: KAFKA_FILES,
    programs: { "kafka-tool": kafkaTool },
  }),
  serviceImage(
    library(
      "influxdb",
      "couchdb",
      "neo4j",
      "arangodb",
      "rethinkdb",
      "crate",
      "eclipse-mosquitto",
      "nats-streaming",
      "solr",
      "couchbase",
      "clickhouse",
    ).concat(
      "docker.io/cockroachdb/cockroach",
      "docker.io/clickhouse/clickhouse-server",
      "docker.io/qdrant/qdrant",
      "docker.io/apache/activemq-classic",
      "docker.io/natsio/prometheus-nats-exporter",
    ),
    {
      tags: {
        versions:
          "0.0-30:30 1.0-30:30 2.0-30:30 3.0-30:30 4.0-30:30 5.0-30:30 6.0-9:9 7.0-9:9 8.0-11:30 9.0-9:9 19.0-4:9 20.0-12:20 21.0-12:20 22.0-12:20 23.0-12:20 24.0-12:20 25.0-12:20",
        prefix: "optional",
        variants: BROAD,
      },
      base: "debian",
      path: "/usr/local/bin/server",
      ports: [4222, 8222, 8086, 5984, 7474, 7687, 8529, 1883, 8983, 26_257, 8080, 9000, 8123, 6333],
      sizeBytes: 110 * MB,
      startMs: 1500,
      lines: ["Server is ready"],
    },
  ),
];
