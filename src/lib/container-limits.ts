/** Limits of what runs in containers, by count or bytes. Limits of the control plane are in limits.ts. */

/** Steps of the processes of one pod in one request or commit. A step is a small piece of a command. */
export const MAX_STEPS_PER_LOOK = 200_000;
/** Steps of a run ahead that looks for the next event of a pod: at first, and after several runs without a result. */
export const FIRST_AHEAD_STEPS = 2_000;
export const MAX_AHEAD_STEPS = 16_000;
/** Steps of the processes of one pod in one sync of its kubelet. */
export const MAX_STEPS_PER_SYNC = 20_000;
/** A look that made more steps stores what it reached, so that the next look begins there. */
export const SAVED_LOOK_STEPS = 2_000;
/** Processes of one container. */
export const MAX_PROCESSES = 512;
/** Steps of one process at one instant after which CPU time is charged, and that time: endless loops take time. */
export const BUSY_STEPS = 1000;
export const BUSY_MS = 10;
/** Steps of one process before another one has its turn. */
export const STEPS_PER_TURN = 100;
/** Steps and output of a command that a server runs for one answer. */
export const MAX_COMMAND_STEPS = 20_000;
export const MAX_COMMAND_OUTPUT_BYTES = 1024 * 1024;
/** Bytes in a pipe before its writer waits, as in Linux. */
export const PIPE_BUFFER_BYTES = 65_536;
/** Output that is kept of one run of a container; the oldest is dropped, as the kubelet's rotation does. */
export const MAX_OUTPUT_BYTES = 256 * 1024;
/** Texts that the processes of one container hold: above it the largest process is killed, as by a node without memory. */
export const MAX_STATE_BYTES = 16 * 1024 * 1024;
/** Bytes that one step reads of `/dev/zero` and the like. */
export const MAX_DEVICE_BYTES_PER_STEP = 256 * 1024;
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Changed files of one container's layer or of one volume. */
export const MAX_LAYER_BYTES = 16 * 1024 * 1024;
export const MAX_LAYER_ENTRIES = 10_000;
/** Share of a cluster's bytes up to which files may grow: 5 MB of binary data. Controllers may write up to half of them. */
export const MAX_FILES_SHARE = 0.48;
/** Beyond that share a pod may still write this much between two commits, up to the second share: servers must start. */
export const SMALL_FILES_BYTES = 32 * 1024;
export const MAX_SMALL_FILES_SHARE = 0.95;
/** Larger files are stored in pieces of this size, each in a row of its own. */
export const FILE_PIECE_BYTES = 32 * 1024;
/** Depth of function calls, subshells and sourced files. */
export const MAX_SHELL_DEPTH = 500;
/** Links that one path may lead through, as in Linux. */
export const MAX_LINKS_FOLLOWED = 40;
export const MAX_PATH_LENGTH = 4096;
export const MAX_NAME_LENGTH = 255;
/** Characters of one variable, of one expansion, and of one script. */
export const MAX_VARIABLE_LENGTH = 1024 * 1024;
export const MAX_SCRIPT_LENGTH = 256 * 1024;
/** Fields of one expansion: globs, braces, word splitting. */
export const MAX_FIELDS = 65_536;

// ---- Streams
/** A session without an exchange for this time has lost its client, and the kubelet closes it. */
export const SESSION_LEASE_MS = 10 * 60 * 1000;
/** An open session exchanges at least this often, so that its lease does not end. */
export const SESSION_RENEW_MS = 4 * 60 * 1000;
/** Sessions of one cluster in one isolate. */
export const MAX_SESSIONS_PER_CLUSTER = 100;
/** Input of one exchange. */
export const MAX_EXCHANGE_INPUT_BYTES = 6 * 1024 * 1024;
/** A piece of input for a process that has read all pieces before. */
export const BULK_FEED_BYTES = 1024 * 1024;
/**
 * Input of this size is part of a bulk transfer. It is handed over once no more came for a moment, or after the longest
 * wait: each commit stores what the process holds of it.
 */
export const BULK_INPUT_BYTES = 64 * 1024;
export const BULK_INPUT_PAUSE_MS = 250;
export const MAX_BULK_INPUT_WAIT_MS = 3_000;
/** Input of one session that waits for its process: WebSockets cannot be paused. */
export const MAX_PENDING_INPUT_BYTES = 16 * 1024 * 1024;
/** Bytes of one WebSocket message. */
export const MAX_MESSAGE_BYTES = 32 * 1024;
/** Pause between two looks that only the program's own output causes. */
export const MIN_OUTPUT_GAP_MS = 50;
/** Pause between two looks of a process in a pod at a log, if only time may have brought output. */
export const MIN_FOLLOW_GAP_MS = 1_000;
/** Output of one exchange that belongs to a bulk transfer, and bytes that a session may transfer without pauses. */
export const BULK_PIECE_BYTES = 16 * 1024;
export const MAX_BULK_OUTPUT_BYTES = 16 * 1024 * 1024;
/** A look that cost more (units of lib/work.ts) is committed, so that the next one need not repeat it. */
export const MAX_DROPPED_WORK = 20_000;
/** A session without input and output for this time is idle, and its isolate asks the store less often. */
export const SESSION_IDLE_AFTER_MS = 10_000;
export const SESSION_IDLE_POLL_MS = 10_000;
/** Lifetime of a followed log, and of a session without input and output, as the API server has for idle connections. */
export const MAX_FOLLOW_MS = 4 * 60 * 60 * 1000;
export const MAX_SESSION_IDLE_MS = 4 * 60 * 60 * 1000;

// ---- Forwarded connections
/** The request line with the headers, and the body, of one request of HTTP. */
export const MAX_FORWARDED_HEAD_BYTES = 64 * 1024;
export const MAX_FORWARDED_BODY_BYTES = 6 * 1024 * 1024;
/** Connections of one client through one `port-forward` at a time. */
export const MAX_FORWARDED_CONNECTIONS = 200;
/** Bytes of a forwarded connection that wait for their exchange. */
export const MAX_FORWARDED_INPUT_BYTES = 8 * 1024 * 1024;
/** Exchanges of all connections through one `port-forward`: each may be a commit. More of them wait. */
export const FORWARDED_RATE = { burst: 500, perSecond: 100 } as const;
/** A client waits at most this long for an answer that takes time in its program. */
export const MAX_FORWARDED_DELAY_MS = 60_000;

// ---- Calls between the API server and programs
/** Calls within a call: a webhook that asks the API server, which calls a webhook. */
export const MAX_CALL_DEPTH = 8;
/** All calls that follow from one call. */
export const MAX_CALLS_IN_CHAIN = 50;

// ---- Watches of programs

/** Changes of a resource that are kept for the programs that watch it, and their length, characters. */
export const MAX_WATCH_LOG_CHANGES = 100;
export const MAX_WATCH_LOG_LENGTH = 64 * 1024;

// ---- Faults
/** Faults of one cluster that act or are planned, beside those of nodes and registries. */
export const MAX_INJECTED_FAULTS = 50;
/** The time that a fault adds to a request or a pull; its delay and its duration. */
export const MAX_FAULT_DELAY_MS = 60 * 60 * 1000;
export const MAX_FAULT_SECONDS = 90 * 24 * 60 * 60;

// ---- Tools
/** Bytes of one regular expression of a tool, and steps of matching one with back-references. */
export const MAX_REGEX_BYTES = 8192;
export const MAX_REGEX_STEPS = 100_000;
/** Steps of one run of jq, and the depth of expressions in its programs. */
export const MAX_JQ_STEPS = 2_000_000;
export const MAX_JQ_NESTING = 1000;

// ---- Databases
/** Evaluations of expressions and visited rows of one SQL statement. */
export const MAX_SQL_WORK = 3_000_000;
/** Client sessions that a database server remembers: they hold open transactions and settings. */
export const MAX_SQL_SESSIONS = 100;
/** Messages of one broker, and bytes of their bodies. */
export const MAX_BROKER_MESSAGES = 10_000;
export const MAX_BROKER_BYTES = 2 * 1024 * 1024;

// ---- Organizations' own images
export const MAX_IMAGES = 200;
/** Number of requests as which one change of an image counts: it writes a summary into all clusters. */
export const WEIGHT_OF_IMAGE_CHANGE = 10;
/** One document as JSON. It is copied into each cluster that pulls it. */
export const MAX_IMAGE_BYTES = 128 * 1024;
export const MAX_IMAGE_FILES = 100;
export const MAX_IMAGE_TAGS = 50;
export const MAX_IMAGE_PORTS = 50;
export const MAX_IMAGE_VARIABLES = 100;
/** Words of an entrypoint or a command. */
export const MAX_IMAGE_WORDS = 100;
/** Answers, start-up lines and headers of one answer of a server that is described by data. */
export const MAX_SERVER_ANSWERS = 200;
export const MAX_SERVER_LINES = 200;
export const MAX_SERVER_HEADERS = 50;
/** Times in a description, ms: a month. */
export const MAX_SERVER_TIME_MS = 31 * 24 * 3600 * 1000;
/** Delay and time on the processor of one answer. */
export const MAX_ANSWER_MS = 10 * 60 * 1000;
/** Memory that a server says it takes, and the size that an image says it has. */
export const MAX_SERVER_MEMORY_BYTES = 1024 ** 4;
export const MAX_IMAGE_SIZE_BYTES = 1024 ** 4;

/** Clients that a Service with session affinity remembers. Linux' `recent` remembers 100 for each endpoint. */
export const MAX_AFFINE_CLIENTS = 200;

// ---- Requests from outside of a cluster
export const MAX_OUTSIDE_BODY_CHARACTERS = 128 * 1024;
export const MAX_OUTSIDE_ANSWER_BYTES = 1024 * 1024;
export const MAX_OUTSIDE_HEADERS = 50;
export const MAX_OUTSIDE_HEADER_LENGTH = 8 * 1024;
export const MAX_OUTSIDE_PATH_LENGTH = 8 * 1024;
export const MAX_OUTSIDE_TIMEOUT_SECONDS = 300;
/** Number of requests as which one of them counts: it runs the pods that it reaches. */
export const WEIGHT_OF_OUTSIDE_REQUEST = 5;

// ---- Flows of requests
/** Flows of one cluster, with the ended ones. */
export const MAX_FLOWS = 20;
/** Requests in a second. */
export const MAX_FLOW_RATE = 100_000;
export const MIN_FLOW_RATE = 0.001;
/** A week. */
export const MAX_FLOW_SECONDS = 7 * 24 * 3600;
/** Characters of a flow's request as JSON: the cluster stores it. */
export const MAX_FLOW_REQUEST_CHARACTERS = 32 * 1024;
/** Pods of which a flow keeps the counts; the counts of others are added up. */
export const MAX_FLOW_PODS = 200;
/** Requests that are tried to learn how one flow is answered. */
export const MAX_FLOW_SAMPLES = 100;

/** Signatures of certificates whose check one isolate remembers. */
export const MAX_CHECKED_SIGNATURES = 2_000;

// ---- Go templates of kubectl
/** Nodes that one template visits. */
export const MAX_TEMPLATE_STEPS = 200_000;
export const MAX_TEMPLATE_DEPTH = 200;
/** In characters. */
export const MAX_TEMPLATE_OUTPUT = 4 * 1024 * 1024;

// ---- Metrics
/** Changes of a counter within this time are one point of its history. */
export const COUNTER_GRAIN_MS = 5_000;
/** Points of one counter's history: 20 minutes of steady changes, and longer ones in coarser steps. */
export const MAX_COUNTER_POINTS = 240;
/** Samples that one query of Prometheus reads and computes. */
export const MAX_PROMQL_WORK = 3_000_000;
/** As above, for all rules that one request reads together. */
export const MAX_RULES_WORK = 6_000_000;
/** Series of one Prometheus server. Further ones are not stored, and its log says so. */
export const MAX_PROMETHEUS_SERIES = 5_000;
/** Changes in one file of Prometheus' database, and the number of files. The oldest one is dropped. */
export const MAX_TSDB_FILE_BYTES = 512 * 1024;
export const MAX_TSDB_FILES = 2;
/** Series that jobs push to one Pushgateway. */
export const MAX_PUSHED_SERIES = 1000;
/** Dashboards that clients save in one Grafana. */
export const MAX_SAVED_DASHBOARDS = 100;
/** Alerts that clients posted to one Alertmanager, and its silences. */
export const MAX_ALERTS = 1000;
export const MAX_SILENCES = 200;
/** Rules of PrometheusRules in one ConfigMap: half of what an object may have, as prometheus-operator does. */
export const MAX_RULE_DATA_BYTES = 524_288;
/** Evaluations of one rule for one query: a day at one a minute. */
export const MAX_RULE_EVALUATIONS = 1440;
/** Octets that may be written into one file of /proc. Linux: a page. */
export const MAX_SETTING_BYTES = 4096;
/** Lines that an interactive program remembers. */
export const MAX_LINE_HISTORY = 100;
/** Jobs of a shell. The oldest ended one is forgotten with its status. */
export const MAX_JOBS = 1024;
/** Ended jobs that a subshell still lists. */
export const MAX_INHERITED_JOBS = 16;

// ---- Kyverno
/** Nodes of the syntax tree that one expression of JMESPath evaluates. */
export const MAX_QUERY_NODES = 200_000;
/** Variables that are replaced in one text of a policy, those in their values included. */
export const MAX_SUBSTITUTIONS = 500;
/** Objects that the policies of one request read. */
export const MAX_POLICY_LOOKUPS = 50;
