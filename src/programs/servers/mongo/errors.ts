/** Refusals of mongod. */

/** A command fails with this code. Source: src/mongo/base/error_codes.yml of MongoDB. */
export class MongoError extends Error {
  override name = "MongoError";
  readonly code: number;
  readonly codeName: string;

  constructor(message: string, code: keyof typeof CODES = "BadValue") {
    super(message);
    this.code = CODES[code];
    this.codeName = code;
  }
}

const CODES = {
  BadValue: 2,
  FailedToParse: 9,
  UserNotFound: 11,
  Unauthorized: 13,
  TypeMismatch: 14,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  AuthenticationFailed: 18,
  AlreadyInitialized: 23,
  CommandNotFound: 59,
  NamespaceExists: 48,
  NodeNotFound: 74,
  NoReplicationEnabled: 76,
  InvalidReplicaSetConfig: 93,
  NotYetInitialized: 94,
  NewReplicaSetConfigurationIncompatible: 103,
  NotWritablePrimary: 10_107,
  DuplicateKey: 11_000,
  NotPrimaryNoSecondaryOk: 13_435,
  Location16410: 16_410,
  Location40323: 40_323,
  Location40324: 40_324,
  Location51003: 51_003,
  CannotCreateIndex: 67,
  InvalidPipelineOperator: 168,
  InvalidOptions: 72,
} as const;
