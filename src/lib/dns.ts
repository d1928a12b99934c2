/** Records and answers of DNS, and the questions by which a name server of the cluster and the network speak. */

export type RecordType = "A" | "AAAA" | "CNAME" | "PTR" | "SRV" | "TXT" | "NS" | "MX" | "SOA";

export interface DnsRecord {
  /** Full, without a dot at the end. */
  name: string;
  record: RecordType;
  value: string;
  ttlSeconds: number;
}

export interface DnsReply {
  code: "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED";
  records: readonly DnsRecord[];
}

/** The message of a client to the process of a name server; its body is a {@link DnsQuestion}, the reply a DnsReply. */
export const DNS_MESSAGE = "dns";

export interface DnsQuestion {
  /** Full, in lower case, without a dot at the end. */
  name: string;
  record: RecordType;
}

/** The message of a name server to the API server: its body is a {@link ClusterZoneQuestion}. */
export const CLUSTER_ZONE_MESSAGE = "dns-zone";

export interface ClusterZoneQuestion extends DnsQuestion {
  zone: ClusterZone;
}

/** How a name server shows the Services and pods of the cluster. */
export interface ClusterZone {
  /** `cluster.local`. */
  domain: string;
  ttlSeconds: number;
  /** Names of pods by their address: without a check, only of pods that exist, or none. */
  pods: "insecure" | "verified" | "disabled";
  /** Namespaces that it shows; absent: all. */
  namespaces?: readonly string[];
}

export const DEFAULT_CLUSTER_ZONE: ClusterZone = { domain: "cluster.local", ttlSeconds: 30, pods: "insecure" };

/** Name servers that nodes know. They know no name: nothing outside the cluster exists. */
export const NODE_NAMESERVERS: readonly string[] = ["192.168.0.1"];
