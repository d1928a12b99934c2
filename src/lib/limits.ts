/**
 * All limits of the system. Input beyond a limit is rejected with a message that names the limit, and changes nothing.
 * Units: `_BYTES` octets of UTF-8, `_LENGTH` and `_CHARACTERS` UTF-16 units, `_MS` milliseconds, `_WORK` units of
 * `lib/work.ts`, `_COST` units of the CEL meter. Others are counts.
 */

// ---- Sizes of objects, requests and clusters
/** One object as canonical JSON, as etcd's request limit. */
export const MAX_OBJECT_BYTES = 1_572_864;
/** A request body, as the API server's limit. */
export const MAX_REQUEST_BODY_BYTES = 3 * 1024 * 1024;
/**
 * A YAML body. Its reader cannot pause, so the limit bounds the wait of other requests. A body that begins as JSON is read
 * as JSON, with the limit above; kubectl, helm and client libraries send JSON.
 */
export const MAX_YAML_BODY_BYTES = 512 * 1024;
/** Characters of YAML for the reader that reports errors in go-yaml's words. Larger texts get a faster reader. */
export const MAX_CAREFULLY_READ_YAML = 32 * 1024;
/** Characters, as JSON, of an answer in YAML. A longer answer is sent as JSON, which is valid YAML. */
export const MAX_FORMATTED_YAML = 512 * 1024;
/** Lines, commas and opened collections of one YAML body, and values after its aliases are expanded. */
export const MAX_YAML_NODES = 16_384;
/** A body above its limit is read and dropped up to this size, so that the client can read the refusal. */
export const MAX_DISCARDED_BODY_BYTES = 16 * 1024 * 1024;
/** All current bodies and private states of one cluster. A cluster at this size is full. */
export const MAX_CLUSTER_BYTES = 16 * 1024 * 1024;
/** Growth of one object by one update in a full cluster. */
export const MAX_GROWTH_BYTES_WHEN_FULL = 1024;
/** Growth of a full cluster by such updates together. Controllers' updates stop at three quarters of it. */
export const MAX_OVERFLOW_BYTES = 4 * 1024 * 1024;
/** A controller's update that adds more than this counts as a creation. A pod's status is smaller. */
export const MAX_SMALL_GROWTH_BYTES = 4 * 1024;
/** Current objects of one cluster. */
export const MAX_CLUSTER_OBJECTS = 20_000;
/** Share of both limits that controllers may fill, and a larger share for their Events. The rest is for users. */
export const MAX_CONTROLLERS_SHARE = 0.5;
export const MAX_EVENTS_SHARE = 0.8;

// ---- Controllers: work per commit, instant and request
/** Reconciles in one commit. The advance continues in further commits. */
export const MAX_STEPS_PER_COMMIT = 4_000;
/** Changes in one commit. The reconcile that exceeds the limit is the commit's last one. */
export const MAX_CHANGES_PER_COMMIT = 4_000;
/**
 * One commit as it is sent to the database: bodies, index rows and private state. Above the first limit, an advance
 * ends with the present instant. Above the second limit it ends at once, and the next write of a reconcile is rejected,
 * so a commit exceeds the limit by at most one object.
 */
export const MAX_COMMIT_BYTES_AT_INSTANT = 6 * 1024 * 1024;
export const MAX_COMMIT_BYTES = 8 * 1024 * 1024;
/** A commit above this size, as sent, is rejected before it is sent. The database's endpoint takes 64 MB. */
export const MAX_SENT_COMMIT_BYTES = 32 * 1024 * 1024;
/** Steps and changes within one instant before its changes get revisions. Only a larger instant can be split. */
export const MAX_STEPS_PER_FOLD = 500;
export const MAX_CHANGES_PER_FOLD = 500;
/** Work before other requests of the isolate take a turn. */
export const WORK_BETWEEN_PAUSES = 1_500;
/** Work in one commit. The reconcile that exceeds the limit is the last one of its instant. */
export const MAX_WORK_PER_COMMIT = 40_000;
/** Work that one request of the Kubernetes API spends on overdue instants. Later requests continue. */
export const MAX_CATCH_UP_WORK = 400_000;
/** Work that one query of the platform (checks) spends on overdue instants before it reads the cluster. */
export const MAX_LOOK_WORK = 3_200_000;
/** Passes of one query through a cluster's commit queue before it reads the state as it is. */
export const MAX_QUERY_ROUNDS = 16;
/** Work for all clusters of one query together. Each cluster may use the limit of one request. */
export const MAX_QUERY_WORK = 10_000_000;
/** Age of overdue work. Older work runs at the beginning of this window, as after an outage of the controllers. */
export const CATCH_UP_WINDOW_MS = 7 * 24 * 3600 * 1000;
/** A request that spent its work on overdue instants skips half of the time that is left, if that is more than this. */
export const MAX_UNSKIPPED_CATCH_UP_MS = 10 * 60 * 1000;
/** First and last delay of a controller's retry after a refused write, doubling in between (as client-go's work queue). */
export const RETRY_BASE_MS = 5;
export const RETRY_MAX_MS = 1000 * 1000;

// ---- Commits
/** Reconciles that one request skips after internal errors. Then it continues without the advance. */
export const MAX_PASSED_OVER = 8;
/** Lost answers to commits per request. Then the request fails: the database does not answer. */
export const MAX_LOST_ANSWERS = 3;
/** Tries of one commit against other writers. Then the request fails with 429. */
export const MAX_COMMIT_TRIES = 12;

// ---- Database
/** Bodies in one page of a cold load: one HTTP answer of the database that an isolate can hold. */
export const COLD_PAGE_BYTES = 4 * 1024 * 1024;
/** Bodies in one page of the log or of a past state. */
export const HISTORY_PAGE_BYTES = 4 * 1024 * 1024;
/** Changes that a cached cluster may lack. Beyond it the cluster is loaded again, in pages. */
export const MAX_DIFFERENCE_BYTES = 8 * 1024 * 1024;
/** Commits of a cluster whose ids and removed keys are stored. An older cached cluster is loaded again. */
export const REMEMBERED_VERSIONS = 1000;
/** Tries of one statement after a serialization failure or a deadlock. */
export const MAX_SERIALIZATION_TRIES = 3;
/** Time for one answer of the database. */
export const DATABASE_TIMEOUT_MS = 30_000;
/** Lifetime of an Idempotency-Key record: a day, as long as clients retry. */
export const IDEMPOTENCY_TTL_MS = 24 * 3600 * 1000;
/** Per organization: API keys and clusters. */
export const MAX_API_KEYS = 100;
export const MAX_CLUSTERS = 10_000;
/** Credentials of one cluster. */
export const MAX_CREDENTIALS = 1_000;

// ---- Isolates: memory and coordination of requests
/** Bases that an isolate knows to be stored, so it does not send them again. */
export const MAX_REMEMBERED_BASES = 1_000;
/** Change log in memory for a cached cluster's watches. Older changes are read from the store. */
export const MAX_RECENT_LOG_BYTES = 4 * 1024 * 1024;
/** All cached clusters of one isolate (128 MB). The least recently used ones are dropped first. */
export const MAX_CACHE_BYTES = 64 * 1024 * 1024;
/** Cached clusters of one isolate, independent of their size. */
export const MAX_CACHED_CLUSTERS = 2_000;
/** Parsed bases in one isolate. */
export const MAX_BASES = 32;
/** Pages of one cold load. */
export const MAX_COLD_PAGES = 64;
/** Requests of one commit, and the bytes of their bodies. */
export const MAX_BATCH_REQUESTS = 64;
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Waiting requests of one cluster in one isolate. Further requests fail with 429. */
export const MAX_QUEUED_REQUESTS = 1_000;
/** Rounds in which one request provides data to the pure core (a past state, a signature). */
export const MAX_NEED_ROUNDS = 8;
/** Lease of the leader of a commit queue. Without a renewal for this long, another request becomes leader. */
export const LEADER_LEASE_MS = 10_000;
/** Interval at which a queued request checks whether the leader is alive. */
export const LEADER_CHECK_MS = 1_000;
/** Longest pause between two tries of a commit after a conflict. The pause is random below it. */
export const MAX_CONFLICT_WAIT_MS = 50;
/** Concurrent syncs of one credential in one isolate. Later requests share the next sync. */
export const MAX_CONCURRENT_SYNCS = 2;
/** Lease of a shared sync. Without an answer for this long, its waiters sync by themselves. */
export const SYNC_LEASE_MS = 5_000;
/** Lease of the request that loads a cluster. Without a result for this long, a waiting request loads it. */
export const LOAD_LEASE_MS = 5_000;
/** Credentials per cluster whose users an isolate remembers. */
export const MAX_REMEMBERED_IDENTITIES = 1_000;
/** Clusters of one query that commit concurrently. */
export const MAX_CONCURRENT_QUERIES = 6;
/** Batches of `COLD_PAGE_BYTES` that one query of many clusters reads. */
export const MAX_READ_BATCHES = 16;
/** Advances with an Idempotency-Key that a cluster remembers. The oldest ones are dropped. */
export const MAX_REMEMBERED_ADVANCES = 32;
/** Commits of one requested advance. Its answer has the time reached, and the client can request the rest. */
export const MAX_ADVANCE_COMMITS = 54;
/** Tries against a database that does not answer. */
export const MAX_STORE_TRIES = 3;
/** Built bases of an isolate, by number of nodes. A template is about 250 kB. */
export const MAX_CACHED_BASES = 16;

// ---- Change log
/** Interval at which versions expire for clients: a version is valid for one to two intervals, as in Kubernetes. */
export const COMPACTION_INTERVAL_MS = 5 * 60 * 1000;
/** Age of the log: as long as a version may be valid. */
export const LOG_RETENTION_MS = 2 * COMPACTION_INTERVAL_MS;
/** Revisions of one cluster in the log, independent of their age. */
export const MAX_RETAINED_REVISIONS = 20_000;
/** Bodies of one cluster in the log, besides the newest of each object. Approximate, independent of their age. */
export const MAX_RETAINED_LOG_BYTES = MAX_CLUSTER_BYTES;
/** Log rows that one commit removes, and further rows for each change that it adds. */
export const MAX_COMPACTED_ROWS = 200;
export const COMPACTED_ROWS_PER_CHANGE = 4;

// ---- Scheduled cleaning
/** Rows of each kind that one run removes, and clusters that it visits. */
export const MAX_CLEANED_ROWS = 20_000;
export const MAX_CLEANED_CLUSTERS = 500;

// ---- Watches
/** Interval at which an open watch reads the writes of other isolates. */
export const WATCH_POLL_MS = 1_000;
/** Shortest pause between two polls. Instants that are closer together share one poll. */
export const WATCH_MIN_POLL_GAP_MS = 20;
/** Lease of the polling request. Without a renewal for this long, another watch polls. Interval of bookmarks. */
export const WATCH_OWNER_LEASE_MS = 3_000;
export const WATCH_BOOKMARK_MS = 60_000;
/** Time of the last bookmark before the end of a watch. */
export const WATCH_LAST_BOOKMARK_MS = 2000;
/** Idle time before a watch writes a blank. Only a write shows that the client has disconnected. */
export const WATCH_KEEPALIVE_MS = 10_000;
/** Longest watch, independent of the client's timeout. */
export const MAX_WATCH_MS = 60 * 60 * 1000;
/** Lines that wait for a slow client. Beyond it the watch pauses, and later continues from the log. */
export const WATCH_BUFFER_BYTES = 256 * 1024;
/** Open watches of one cluster in one isolate. Further ones fail with 429. */
export const MAX_WATCHES_PER_CLUSTER = 500;

// ---- Events
/** Different Events about one object that a component remembers for counting (client-go: 4096 for all objects). */
export const MAX_CORRELATED_EVENTS = 48;
/** Warnings of a controller that cannot do its work, before it waits for a change. */
export const MAX_REPEATED_WARNINGS = 5;
/** Expired Events that one sweep of a namespace removes. */
export const MAX_EVENTS_SWEPT = 500;

// ---- Objects of controllers
/**
 * Pods that one reconcile creates or deletes. The next reconcile continues. Kubernetes' ReplicaSet controller has 500
 * (BurstReplicas), but its client sends 20 requests per second. A reconcile cannot be interrupted, and other requests
 * wait for it.
 */
export const MAX_POD_CHANGES_PER_RECONCILE = 100;
/** Completion indexes of one Job, as Kubernetes' limit. Further indexes in a status are ignored. */
export const MAX_JOB_INDEXES = 100_000;
/** Characters of a ReplicaSet's revision history annotation, as in Kubernetes. */
export const MAX_REVISION_HISTORY_CHARACTERS = 2000;
/** Granted evictions that a disruption budget has not observed yet, as in Kubernetes. */
export const MAX_DISRUPTED_PODS = 2000;
/** Endpoints of one EndpointSlice (`--max-endpoints-per-slice`) and addresses of one Endpoints object. */
export const MAX_ENDPOINTS_PER_SLICE = 100;
export const MAX_ENDPOINTS_ADDRESSES = 1000;
/** Changed lines that a diff compares: the comparison is quadratic. More lines are shown as replaced. */
export const MAX_DIFF_LINES = 2_000;

// ---- Kubelet
/** Images in a node's state. The oldest ones are dropped (and would be pulled again). */
export const MAX_NODE_IMAGES = 200;
/** Characters of an image's full name in a node's state. A longer name is stored as a digest. */
export const MAX_REMEMBERED_IMAGE_LENGTH = 512;
/** Steps of one pod within one instant. More of them are a loop, which is a bug. */
export const MAX_POD_STEPS_PER_INSTANT = 500;

// ---- Requests of the Kubernetes API
/** Nesting of objects and lists. Go allows 10,000, which would overflow the stack here. */
export const MAX_JSON_DEPTH = 1_000;
/** Nesting of a protobuf message: half of JSON's, because one message may become two nested JSON objects. */
export const MAX_PROTOBUF_DEPTH = MAX_JSON_DEPTH / 2;
/** Operations of one JSON patch, as the API server's limit. */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;
/** Growth by the copy operations of one JSON patch: the size of a request body, as the API server's limit. */
export const MAX_JSON_PATCH_COPIED_BYTES = 3 * 1024 * 1024;
/** Generated names: the prefix is cut so that prefix and suffix fit, as in apimachinery. */
export const MAX_NAME_LENGTH = 63;
/** Tries to find a free generated name before the answer AlreadyExists, as in the API server. */
export const MAX_GENERATED_NAME_TRIES = 8;
/** Name of a field manager, as in Kubernetes. */
export const MAX_FIELD_MANAGER_BYTES = 128;
/** Objects of one list page, independent of the client's limit. No cluster may hold more. */
export const MAX_LIST_PAGE = MAX_CLUSTER_OBJECTS + 1_000;
/** Shortest default timeout of a watch. The default is random up to twice as long. */
export const DEFAULT_WATCH_MS = 30 * 60 * 1000;
/** Entries of updaters in one object's managedFields, as in Kubernetes. Older ones are merged. */
export const MAX_UPDATE_MANAGERS = 10;

// ---- Texts of answers
/** Characters of all warnings of one answer. Beyond it each warning is cut, as in Kubernetes. */
export const MAX_WARNINGS_CHARACTERS = 4096;
/** Characters of one warning after the cut. */
export const MAX_WARNING_CHARACTERS = 256;
/** Errors in a problem document of the platform's API, and characters of each of its texts. */
export const MAX_PROBLEM_ERRORS = 50;
export const MAX_PROBLEM_TEXT_LENGTH = 1_000;
/** Characters of a Status' message, and of all its causes together. No reader needs more. */
export const MAX_STATUS_MESSAGE_LENGTH = 64 * 1024;
export const MAX_STATUS_CAUSES_LENGTH = 256 * 1024;
/** Problems of one object in a refusal, and problems kept by its validation. */
export const MAX_NAMED_PROBLEMS = 1_000;
/** Unknown and duplicate fields reported for one body. */
export const MAX_STRICT_ERRORS = 100;

// ---- Tokens and certificates
/** Characters of a bearer token. HTTP servers accept few longer headers. */
export const MAX_TOKEN_LENGTH = 16_384;
/** Tokens in one isolate whose signature is verified and cached. */
export const MAX_VERIFIED_TOKENS = 2_000;
/** Bits of an RSA key that signs a certificate request. */
export const MAX_RSA_BITS = 8_192;
/** Signing keys that isolates may create concurrently for one cluster. Only the first committed one is used. */
export const MAX_ISSUERS = 16;
/** Nesting of DER values in a certificate request. */
export const MAX_DER_DEPTH = 32;

// ---- Rates of requests
/** Requests of one credential in one isolate, at once and per second: more than a real control plane answers. */
export const MAX_REQUEST_BURST = 10_000;
export const MAX_REQUESTS_PER_SECOND = 2_000;
/** The same for one API key of the platform. */
export const MAX_PLATFORM_REQUEST_BURST = 3_000;
export const MAX_PLATFORM_REQUESTS_PER_SECOND = 100;
/** Number of requests as which one request counts that reads many clusters or advances time. */
export const WEIGHT_OF_CHECKS = 5;
export const WEIGHT_OF_QUERY = 10;
export const WEIGHT_OF_ADVANCE = 10;
/** Kinds of requests with a counter of their own in one cluster and isolate. */
export const MAX_REQUEST_SERIES = 2_000;
/** Credentials in one isolate with a rate bucket. */
export const MAX_RATE_BUCKETS = 10_000;

// ---- Admission
/** Pods checked when a namespace becomes stricter, as in Kubernetes (Pod Security admission). */
export const MAX_PODS_CHECKED_FOR_LEVEL = 3_000;
/** Match conditions of a policy or webhook, and audit annotations of a policy, as in Kubernetes. */
export const MAX_MATCH_CONDITIONS = 64;
export const MAX_AUDIT_ANNOTATIONS = 20;
/** Variables, validations or mutations of one policy; webhooks of one configuration. */
export const MAX_POLICY_PARTS = 100;
/** Characters of all expressions of one policy or webhook configuration, and kinds for its type check. */
export const MAX_POLICY_CHARACTERS = 100_000;
export const MAX_POLICY_TYPES_CHECKED = 10;
/** Characters of a message that an expression computes. A longer message is dropped. */
export const MAX_EVALUATED_MESSAGE_LENGTH = 5 * 1024;
/**
 * Cost of admission's expressions: of one write for one policy and binding, of one webhook's match conditions, and of
 * one commit, in which controllers may write many objects.
 */
export const MAX_POLICY_COST = 2_000_000;
export const MAX_MATCH_CONDITIONS_COST = 500_000;
export const MAX_COMMIT_POLICY_COST = 5_000_000;

// ---- Custom resources
/** Characters of a path in a definition (printer columns, selectable fields, scale). */
export const MAX_JSON_PATH_LENGTH = 4096;
/** Values that a path may select at each of its steps. */
export const MAX_JSON_PATH_RESULTS = 10_000;
/** Values visited during the validation of one object against its schema. Each alternative of the schema counts. */
export const MAX_VALIDATION_STEPS = 2_000_000;
/** Cost of all rules for one custom object. */
export const MAX_RULES_COST = 3_000_000;
/** Places of one schema that have rules, and object types that these rules see. */
export const MAX_RULE_PLACES = 1_000;
export const MAX_DECLARED_TYPES = 2_000;
/** Message of a rule, as in Kubernetes. */
export const MAX_RULE_MESSAGE_BYTES = 5 * 1024;
/** Compiled patterns of schemas in one isolate. */
export const MAX_COMPILED_PATTERNS = 2_000;
/** Nesting of objects and lists within a schema. */
export const MAX_SCHEMA_DEPTH = 500;
/** Parsed schemas of custom resources in one isolate, by the lengths of their texts. */
export const MAX_KNOWN_STRUCTURES_LENGTH = 8 * 1024 * 1024;

// ---- Expressions (CEL) and regular expressions
/** Characters, syntax nodes and nesting of one CEL expression. The length is Kubernetes' limit for policies. */
export const MAX_CEL_LENGTH = 10_000;
export const MAX_CEL_NODES = 2_000;
export const MAX_CEL_DEPTH = 48;
/**
 * Cost of one evaluation: about one for each evaluated node, plus the lengths of result lists and a tenth of the
 * lengths of result texts. Counted, never timed, so a grade does not depend on the machine.
 */
export const MAX_CEL_COST = 1_000_000;
/** Characters of one regular expression, and instructions of its program with counted repetitions expanded. */
export const MAX_REGEX_PATTERN_LENGTH = 10_000;
export const MAX_REGEX_INSTRUCTIONS = 1_500;
/** Lists of custom resources that one expression of a check may name. */
export const MAX_CUSTOM_LISTS = 8;
/** Items of `lists.range`. */
export const MAX_CEL_RANGE = 10_000;

// ---- Grading
export const MAX_CHECKS = 100;
export const MAX_CHECK_NAME_LENGTH = 200;
/** Characters of a check's message and of its error. */
export const MAX_CHECK_TEXT_LENGTH = 4_000;
/** Nesting of an object check's expectation. */
export const MAX_EXPECTATION_DEPTH = 64;
/** Real time that checks and queries wait for a cluster. */
export const MAX_WAIT_SECONDS = 60;
/** Pause between two reads while a check waits: the first, its growth, the longest. About 25 reads at most. */
export const FIRST_WAIT_GAP_MS = 200;
export const WAIT_GAP_GROWTH = 1.5;
export const MAX_WAIT_GAP_MS = 4_000;
/** Differences in a check's message and evidence. */
export const MAX_NAMED_DIFFERENCES = 10;
/** Objects in evidence or in a message. */
export const MAX_NAMED_OBJECTS = 10;
/** Objects in a message when each of them may be the expected one. */
export const MAX_NAMED_ALTERNATIVES = 3;
/** Characters of one value in a message or in evidence. */
export const MAX_SHOWN_VALUE_LENGTH = 200;
/** Cost of all expressions of one request for checks. */
export const MAX_CHECKS_COST = 10_000_000;
/** Cost of a query for each cluster, and clusters of one query. */
export const MAX_QUERY_CLUSTER_COST = 200_000;
export const MAX_QUERY_CLUSTERS = 100;
/** Characters of one row's value in a query, as JSON. */
export const MAX_QUERY_VALUE_LENGTH = 32 * 1024;
/** Characters of an expression in the name of its check. */
export const MAX_CEL_NAME_LENGTH = 80;

// ---- Platform API
export const MAX_PLATFORM_BODY_BYTES = 256 * 1024;
/** Nodes of one cluster. Pod networks are 10.244.N.0/24, one for each node. */
export const MAX_NODES_PER_CLUSTER = 250;
export const MAX_LABELS = 64;
export const MAX_DISPLAY_NAME_LENGTH = 200;
/** Characters of a quantity of a node: more than any real number needs. */
export const MAX_QUANTITY_LENGTH = 64;
export const MAX_CREDENTIAL_GROUPS = 64;
/** Items of one page of a list of the platform. */
export const MAX_ITEMS_PER_PAGE = 500;
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;
/** Seconds of one advance: a year and a day. */
export const MAX_ADVANCE_SECONDS = 366 * 24 * 3600;
/** Unknown parameters that one refusal names, and characters of each. */
export const MAX_NAMED_PARAMETERS = 10;
export const MAX_SHOWN_PARAMETER_LENGTH = 64;
/** Characters of a name that is compared with known names for a hint, and edits to the nearest one. */
export const MAX_COMPARED_NAME_LENGTH = 64;
export const MAX_NAME_EDITS = 3;
