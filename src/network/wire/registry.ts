/** Protocols of forwarded connections, in the order in which a client's first bytes are compared. */
import { http } from "./http.ts";
import { postgres } from "./postgres/postgres.ts";
import type { WireProtocol } from "./protocol.ts";
import { raw } from "./raw.ts";
import { redis } from "./redis.ts";

export const PROTOCOLS: readonly WireProtocol[] = [http, redis, postgres, raw];
