/** Every bound of the system in one place. Crossing one is refused with a message that names it, and changes nothing. */

// ---- Objects and requests

/** As etcd's request limit: one object as canonical JSON. */
export const MAX_OBJECT_BYTES = 1_572_864;
/** As the API server's: a request body. */
export const MAX_REQUEST_BODY_BYTES = 3 * 1024 * 1024;
/** A body in YAML: as much as one object may have. What begins as JSON is read as JSON and has the limit above. */
export const MAX_YAML_BODY_BYTES = MAX_OBJECT_BYTES;
/** Characters of YAML up to which the reader is used that names mistakes in go-yaml's words; larger texts get a faster one. */
export const MAX_CAREFULLY_READ_YAML = 32 * 1024;
/** Characters, as JSON, of an answer that is put into YAML's lines; a longer one is sent as JSON, which is YAML as well. */
export const MAX_FORMATTED_YAML = 512 * 1024;
/** Lines, commas and opened collections of one YAML body, and values that its aliases may unfold to. */
export const MAX_YAML_NODES = 250_000;
/** A body larger than that is read on, unused, up to here, so that its sender gets to read the refusal. */
export const MAX_DISCARDED_BODY_BYTES = 16 * 1024 * 1024;
/** All current bodies of one cluster, in octets of UTF-8. A cluster is full once it has them. */
export const MAX_CLUSTER_BYTES = 16 * 1024 * 1024;
/** What one update may add to an object of a cluster that is full. */
export const MAX_GROWTH_BYTES_WHEN_FULL = 1024;
/** What such updates may add to a full cluster together; controllers' updates stop at three quarters of it. */
export const MAX_OVERFLOW_BYTES = 4 * 1024 * 1024;
/** An update by a controller that adds more than this counts as a creation; a pod's status is smaller. */
export const MAX_SMALL_GROWTH_BYTES = 4 * 1024;
/** Current objects of one cluster. */
export const MAX_CLUSTER_OBJECTS = 20_000;
/** Share of both limits that controllers may fill, and a larger one for their Events; the rest is for users. */
export const MAX_CONTROLLERS_SHARE = 0.5;
export const MAX_EVENTS_SHARE = 0.8;

// ---- Engine

/** Reconciles in one commit; the advance then goes on in further commits. */
export const MAX_STEPS_PER_COMMIT = 4_000;
/** Changes in one commit; the reconcile that crosses them is the last one. */
export const MAX_CHANGES_PER_COMMIT = 4_000;
/**
 * Octets of one commit as they are sent to the database: bodies, index rows and private state. An advance that has written
 * the first number ends with the instant. At the second one it ends at once, and the next write of a reconcile is refused,
 * so that a commit holds at most one object more.
 */
export const MAX_COMMIT_BYTES_AT_INSTANT = 6 * 1024 * 1024;
export const MAX_COMMIT_BYTES = 8 * 1024 * 1024;
/** A commit that is larger than this, in octets as sent, is refused before it is sent. The database's endpoint takes 64 MB. */
export const MAX_SENT_COMMIT_BYTES = 32 * 1024 * 1024;
/**
 * Steps and changes within one instant after which its changes get their revisions, although the instant goes on. Only an
 * instant that is larger than that can be cut by the end of a commit.
 */
export const MAX_STEPS_PER_FOLD = 500;
export const MAX_CHANGES_PER_FOLD = 500;
/** Units of work (lib/work.ts, about a microsecond each) after which other requests of the isolate get a turn. */
export const WORK_BETWEEN_PAUSES = 20_000;
/** Units of work in one commit; the reconcile that crosses it is the last one of its instant. */
export const MAX_WORK_PER_COMMIT = 100_000;
/** Units of work that one request of the Kubernetes API may spend on what is overdue; the following ones go on. */
export const MAX_CATCH_UP_WORK = 200_000;
/** The same for one look of the platform into a cluster (checks), which waits until the cluster is at the present. */
export const MAX_LOOK_WORK = 1_600_000;
/** Times that a look goes through the queue of a cluster's commits before it takes the state as it is. */
export const MAX_QUERY_ROUNDS = 16;
/** All clusters of one query together; each may spend what one request may. */
export const MAX_QUERY_WORK = 5_000_000;
/** Work that was due longer ago than this happens at the window's start, as if the controllers had been down. */
export const CATCH_UP_WINDOW_MS = 7 * 24 * 3600 * 1000;
/** A request that spent its work on overdue instants skips half of the time that is left, if that is more than this. */
export const MAX_UNSKIPPED_CATCH_UP_MS = 10 * 60 * 1000;
/** First and last delay of a controller's retry after a refused write, doubling in between (as client-go's work queue). */
export const RETRY_BASE_MS = 5;
export const RETRY_MAX_MS = 1000 * 1000;

// ---- Commit protocol

/** Pieces of work that one request passes over because they fail by mistakes of ours; then it does without the advance. */
export const MAX_PASSED_OVER = 8;
/** Answers to commits that one request may lose before it is told that the database does not answer. */
export const MAX_LOST_ANSWERS = 3;
/** Tries of one request against other writers before it is told 429. */
export const MAX_COMMIT_TRIES = 12;

// ---- Storage

/** Bodies in one page of a cold load: what the database's HTTP answer and an isolate take in one piece. */
export const COLD_PAGE_BYTES = 4 * 1024 * 1024;
/** Bodies in one page of the log or of a past state. */
export const HISTORY_PAGE_BYTES = 4 * 1024 * 1024;
/** A copy that misses more than this is loaded anew, in pages. */
export const MAX_DIFFERENCE_BYTES = 8 * 1024 * 1024;
/** Commits per cluster whose ids and removed keys are remembered; a copy older than that is loaded anew. */
export const REMEMBERED_VERSIONS = 1000;
/** Tries of one statement that the database rolled back for a serialization failure or a deadlock. */
export const MAX_SERIALIZATION_TRIES = 3;
/** One answer of the database. */
export const DATABASE_TIMEOUT_MS = 30_000;
/** Bases that an isolate knows to be stored, so that it need not send them again. */
export const MAX_REMEMBERED_BASES = 1_000;
/** Idempotency-Key records are good for a day, as long as clients retry. */
export const IDEMPOTENCY_TTL_MS = 24 * 3600 * 1000;
/** Per organization. */
export const MAX_API_KEYS = 100;
export const MAX_CLUSTERS = 10_000;
/** Per cluster. */
export const MAX_CREDENTIALS = 1_000;

// ---- Events

/** Different Events about one object that one component remembers for counting up (client-go: 4096 for all objects). */
export const MAX_CORRELATED_EVENTS = 48;
/** How often a controller that cannot do its work says so again before it waits for a change. */
export const MAX_REPEATED_WARNINGS = 5;
/** Expired Events that one sweep of a namespace removes. */
export const MAX_EVENTS_SWEPT = 500;

// ---- Copies in memory

/** Change log kept with a copy for watches; older changes are read from the store. */
export const MAX_RECENT_LOG_BYTES = 4 * 1024 * 1024;

// ---- JSON

/** Objects and lists nested in each other. Go allows 10,000, which would overflow the stack here. */
export const MAX_JSON_DEPTH = 1_000;
/** As the API server's. */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;
/** What the copy operations of one JSON patch may add: as the API server's, a request body's size. */
export const MAX_JSON_PATCH_COPIED_BYTES = 3 * 1024 * 1024;

// ---- Runtime

/** Memory that the copies of one isolate (128 MB) may take together; the least recently used go first. */
export const MAX_CACHE_BYTES = 64 * 1024 * 1024;
/** Copies an isolate keeps, however small. */
export const MAX_CACHED_CLUSTERS = 2_000;
/** Bases that an isolate keeps parsed. */
export const MAX_BASES = 32;
/** Pages of one cold load. */
export const MAX_COLD_PAGES = 64;
/** Requests that share one commit, and the bytes of their bodies. */
export const MAX_BATCH_REQUESTS = 64;
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Requests of one cluster that may wait for their turn in one isolate; further ones are told 429. */
export const MAX_QUEUED_REQUESTS = 1_000;
/** How often one request may ask for something the pure core has not (a past state, a signature). */
export const MAX_NEED_ROUNDS = 8;
/** Whoever commits for others shows a sign of life at least this often, or another request takes over. */
export const LEADER_LEASE_MS = 10_000;
/** Longest wait between two tries of a commit that lost against other writers; the wait is random below it. */
export const MAX_CONFLICT_WAIT_MS = 50;
/** Syncs of one credential under way at once in one isolate; later requests share the next one. */
export const MAX_CONCURRENT_SYNCS = 2;
/** Without an answer this long, those who wait for a shared sync do their own. */
export const SYNC_LEASE_MS = 5_000;
/** Credentials per cluster whose users an isolate remembers. */
export const MAX_REMEMBERED_IDENTITIES = 1_000;
/** Clusters of one inspection that may commit at the same time. */
export const MAX_CONCURRENT_QUERIES = 6;
/** Lots of `COLD_PAGE_BYTES` that one inspection of many clusters reads. */
export const MAX_READ_BATCHES = 16;
/** Advances with an Idempotency-Key that a cluster remembers, the latest ones. */
export const MAX_REMEMBERED_ADVANCES = 32;
/** Commits of one deliberate advance of time; it says how far it came, and can be asked for the rest. */
export const MAX_ADVANCE_COMMITS = 16;
/** Tries against a database that does not answer. */
export const MAX_STORE_TRIES = 3;

// ---- The change log

/** How often versions expire for clients: each is good for once to twice as long. The interval of Kubernetes' API server. */
export const COMPACTION_INTERVAL_MS = 5 * 60 * 1000;
/** The log is kept for as long as a version may be good. */
export const LOG_RETENTION_MS = 2 * COMPACTION_INTERVAL_MS;
/** However young they are, no more revisions than this are kept. */
export const MAX_RETAINED_REVISIONS = 20_000;
/** However young they are, about so many bytes of bodies are kept beyond the newest one of each object. */
export const MAX_RETAINED_LOG_BYTES = MAX_CLUSTER_BYTES;
/** Log rows that one commit removes, and further ones for each change that it adds. */
export const MAX_COMPACTED_ROWS = 200;
export const COMPACTED_ROWS_PER_CHANGE = 4;

// ---- Cleaning, by the Worker's schedule

/** Rows of each kind that one run removes, and clusters that it looks at. */
export const MAX_CLEANED_ROWS = 20_000;
export const MAX_CLEANED_CLUSTERS = 500;

// ---- Watches

/** How often an open watch looks for what other isolates wrote. */
export const WATCH_POLL_MS = 1_000;
/** Without this long a sign of life of the request that polls, another takes over. */
export const WATCH_OWNER_LEASE_MS = 3_000;
export const WATCH_BOOKMARK_MS = 60_000;
/** How long before its end a watch gets its last bookmark. */
export const WATCH_LAST_BOOKMARK_MS = 2000;
/** After this long without a line a watch sends a blank, because only a write shows that a client went away. */
export const WATCH_KEEPALIVE_MS = 10_000;
/** Longest watch, whatever the client asks for. */
export const MAX_WATCH_MS = 60 * 60 * 1000;
/** Lines that may wait for a slow client; then its watch pauses, and reads the log when it goes on. */
export const WATCH_BUFFER_BYTES = 256 * 1024;
/** Open watches of one cluster in one isolate; further ones are told 429. */
export const MAX_WATCHES_PER_CLUSTER = 500;

// ---- Base objects

/** Bases (by the nodes asked for) that an isolate keeps built. A template is some 250 kB. */
export const MAX_CACHED_BASES = 16;

// ---- Names

/** As apimachinery's name generator: the base is cut so that base and suffix fit. */
export const MAX_NAME_LENGTH = 63;
/** As the API server: tries to find a free generated name before it answers AlreadyExists. */
export const MAX_GENERATED_NAME_TRIES = 8;

// ---- Controllers

/**
 * Pods that one reconcile creates or deletes; the next one follows when it sees them. Kubernetes' ReplicaSet controller has 500
 * (BurstReplicas), but its client sends 20 requests each second. A reconcile is not interrupted, and neighbours wait for it.
 */
export const MAX_POD_CHANGES_PER_RECONCILE = 100;
/** Completion indexes of one Job, as Kubernetes' limit for those with a parallelism to match. What a client writes beyond is not read. */
export const MAX_JOB_INDEXES = 100_000;
/** Characters of a ReplicaSet's revision history annotation, as in Kubernetes. */
export const MAX_REVISION_HISTORY_CHARACTERS = 2000;
/** Evictions that a disruption budget has granted and not yet seen, as in Kubernetes. */
export const MAX_DISRUPTED_PODS = 2000;
/** Endpoints in one EndpointSlice (`--max-endpoints-per-slice`) and addresses in one Endpoints object. */
export const MAX_ENDPOINTS_PER_SLICE = 100;
export const MAX_ENDPOINTS_ADDRESSES = 1000;

// ---- API requests

/** As Kubernetes': the name of a field manager. */
export const MAX_FIELD_MANAGER_BYTES = 128;
/** Objects in one answer to a list, whatever the client asks for. No cluster may hold more. */
export const MAX_LIST_PAGE = MAX_CLUSTER_OBJECTS + 1_000;
/** Watches that name no timeout end after this long, or up to twice as long. */
export const DEFAULT_WATCH_MS = 30 * 60 * 1000;

// ---- Platform API

export const MAX_PLATFORM_BODY_BYTES = 256 * 1024;
/** Pod networks are 10.244.N.0/24, one for each node. */
export const MAX_NODES_PER_CLUSTER = 250;
export const MAX_LABELS = 64;
export const MAX_DISPLAY_NAME_LENGTH = 200;
/** Characters of a quantity: more than any number that a node could have. */
export const MAX_QUANTITY_LENGTH = 64;
export const MAX_CREDENTIAL_GROUPS = 64;
export const MAX_CLUSTERS_PER_PAGE = 500;
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

// ---- managedFields

/** As the API server: entries of updaters on one object; older ones are merged into `ancient-changes`. */
export const MAX_UPDATE_MANAGERS = 10;

// ---- Kubelet and scheduler

/** Images that a node is remembered to have; the oldest are forgotten (and would be pulled anew). */
export const MAX_NODE_IMAGES = 200;
/** Characters of an image's full name; of a longer one a node remembers a digest. */
export const MAX_REMEMBERED_IMAGE_LENGTH = 512;
/** Steps of one pod within one instant before they are taken for a loop (a bug). */
export const MAX_POD_STEPS_PER_INSTANT = 500;

// ---- Grading

export const MAX_CHECKS = 100;
export const MAX_CHECK_NAME_LENGTH = 200;
/** Characters of a check's message and of its error. */
export const MAX_CHECK_TEXT_LENGTH = 4_000;
/** Nesting of what an object check expects. */
export const MAX_EXPECTATION_DEPTH = 64;
/** How long checks and queries may wait for a cluster, in real time. */
export const MAX_WAIT_SECONDS = 60;
/** Least pause between two looks while waiting: at first, how it grows, and at most. Some 25 looks fit into the longest wait. */
export const FIRST_WAIT_GAP_MS = 200;
export const WAIT_GAP_GROWTH = 1.5;
export const MAX_WAIT_GAP_MS = 4_000;
/** Differences that a check's message and evidence name. */
export const MAX_NAMED_DIFFERENCES = 10;
/** Objects that evidence or a message lists. */
export const MAX_NAMED_OBJECTS = 10;
/** Objects that a message lists where any of them could have been the one that is wanted. */
export const MAX_NAMED_ALTERNATIVES = 3;
/** Characters of one value in a message or in evidence. */
export const MAX_SHOWN_VALUE_LENGTH = 200;
/** As Kubernetes' limit for the CEL expressions of policies. */
export const MAX_CEL_LENGTH = 10_000;
export const MAX_CEL_NODES = 2_000;
export const MAX_CEL_DEPTH = 48;
/**
 * What evaluating one expression may cost: about one for each node that is evaluated, plus the lengths of the lists and a
 * tenth of the texts that come of it. Only counted, never timed, so a grade does not depend on the machine.
 */
export const MAX_CEL_COST = 1_000_000;
/** All expressions of one request for checks. */
export const MAX_CHECKS_COST = 10_000_000;
/** Each cluster of a query. */
export const MAX_QUERY_CLUSTER_COST = 200_000;
export const MAX_QUERY_CLUSTERS = 100;
/** The value of one row of a query, as JSON. */
export const MAX_QUERY_VALUE_LENGTH = 32 * 1024;
/** Characters of one regular expression, and instructions of its program, its counted repetitions written out. */
export const MAX_REGEX_PATTERN_LENGTH = 10_000;
export const MAX_REGEX_INSTRUCTIONS = 1_000;
/** A year and a day. */
export const MAX_ADVANCE_SECONDS = 366 * 24 * 3600;
/** As Kubernetes' limit of the pods that are checked when a namespace becomes stricter (Pod Security admission). */
export const MAX_PODS_CHECKED_FOR_LEVEL = 3_000;

// ---- Custom resources

/** Of a path in a definition (printer columns, selectable fields, scale). */
export const MAX_JSON_PATH_LENGTH = 4096;
/** Values that a path may select at any of its steps. */
export const MAX_JSON_PATH_RESULTS = 10_000;
/** Values that are looked at when an object is held against its schema, each alternative of the schema counted. */
export const MAX_VALIDATION_STEPS = 2_000_000;
/** What all rules of a custom object's schema may cost together. */
export const MAX_RULES_COST = 3_000_000;
/** Places of one schema that have rules, and object types that these rules see. */
export const MAX_RULE_PLACES = 1_000;
export const MAX_DECLARED_TYPES = 2_000;
/** Of a message that a rule makes, as in Kubernetes. */
export const MAX_RULE_MESSAGE_BYTES = 5 * 1024;
/** Patterns of schemas that an isolate keeps compiled. */
export const MAX_COMPILED_PATTERNS = 2_000;
/** Objects and lists nested in each other within a schema. */
export const MAX_SCHEMA_DEPTH = 500;
/** Schemas of custom resources that an isolate keeps read, by the lengths of their texts. */
export const MAX_KNOWN_STRUCTURES_LENGTH = 8 * 1024 * 1024;

// ---- Tokens and certificates

/** Characters of a bearer token; HTTP servers take no header much longer. */
export const MAX_TOKEN_LENGTH = 16_384;
/** Tokens whose signature an isolate has looked at and need not look at again. */
export const MAX_VERIFIED_TOKENS = 2_000;
/** Requests of one credential in one isolate, at once and per second: more than a control plane of its own would answer. */
export const MAX_REQUEST_BURST = 10_000;
export const MAX_REQUESTS_PER_SECOND = 2_000;
/** The same for one key of the platform's API. */
export const MAX_PLATFORM_REQUEST_BURST = 3_000;
export const MAX_PLATFORM_REQUESTS_PER_SECOND = 100;
/** As how many requests one counts that looks into clusters or lets time pass. */
export const WEIGHT_OF_CHECKS = 5;
export const WEIGHT_OF_QUERY = 10;
export const WEIGHT_OF_ADVANCE = 10;
/** Kinds of requests that an isolate counts apart in a cluster. */
export const MAX_REQUEST_SERIES = 2_000;
/** Credentials whose rate an isolate remembers. */
export const MAX_RATE_BUCKETS = 10_000;
/** Of the keys that requests for certificates are signed with. */
export const MAX_RSA_BITS = 8_192;
/** Signing keys that isolates may make for one cluster at the same time; all but the first to be committed are never used. */
export const MAX_ISSUERS = 16;
/** As Kubernetes' limits of policies and webhooks. */
export const MAX_MATCH_CONDITIONS = 64;
export const MAX_AUDIT_ANNOTATIONS = 20;
/** Of one policy: variables, validations, mutations; of one configuration: webhooks. Each has expressions to compile. */
export const MAX_POLICY_PARTS = 100;
/** Of all expressions of one policy or configuration of webhooks, which are compiled whenever it is written. */
export const MAX_POLICY_CHARACTERS = 100_000;
export const MAX_POLICY_TYPES_CHECKED = 10;
/** Characters of a message that an expression makes; a longer one is not told. */
export const MAX_EVALUATED_MESSAGE_LENGTH = 5 * 1024;
/**
 * What the expressions of admission may cost: those of one write for one policy and binding, the match conditions of one
 * webhook, and all of one commit together, in which controllers may write much.
 */
export const MAX_POLICY_COST = 2_000_000;
export const MAX_MATCH_CONDITIONS_COST = 500_000;
export const MAX_COMMIT_POLICY_COST = 5_000_000;
/** Lists of custom resources that one expression of a check may name. */
export const MAX_CUSTOM_LISTS = 8;

/** Characters of all the warnings of one answer; beyond it each is cut, as Kubernetes does. */
export const MAX_WARNINGS_CHARACTERS = 4096;
/** Characters of one warning where there are too many. */
export const MAX_WARNING_CHARACTERS = 256;
/** Errors that a problem document of the platform's API names, and characters of each of its texts. */
export const MAX_PROBLEM_ERRORS = 50;
export const MAX_PROBLEM_TEXT_LENGTH = 1_000;
/** Characters of a Status' message, and of all its causes together: far beyond what people read. */
export const MAX_STATUS_MESSAGE_LENGTH = 64 * 1024;
export const MAX_STATUS_CAUSES_LENGTH = 256 * 1024;
/** Problems of one object that a refusal names, and all that checking it against its schema keeps. */
export const MAX_NAMED_PROBLEMS = 1_000;
/** Unknown and repeated fields that are named of one body. */
export const MAX_STRICT_ERRORS = 100;
