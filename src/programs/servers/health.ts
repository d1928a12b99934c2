/** The health protocol of gRPC: an image whose manifest has a gRPC probe implements it. Source: grpc.health.v1 */
import type { ServedAnswer } from "../../shell/question.ts";
import type { MessageRequest } from "./server.ts";

/** Healthy; other protocols are answered by closing the connection. */
export function grpcHealth({ protocol }: MessageRequest): ServedAnswer {
  if (protocol !== "grpc-health") return { type: "failed", why: "reset", afterMs: 2 };
  return { type: "message", body: { status: "SERVING" }, afterMs: 2 };
}
