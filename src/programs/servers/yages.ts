/**
 * yages, a small server of gRPC for trials of proxies.
 * Source: github.com/mhausenblas/yages main.go
 */
import { grpcAnswer } from "./grpc.ts";
import { grpcHealth } from "./health.ts";
import { server } from "./server.ts";

const SERVICES = {
  "yages.Echo": {
    Ping: () => ({ message: { text: "pong" } }),
    Reverse: ({ text = "" }: { text?: unknown }) => ({ message: { text: [...String(text)].reverse().join("") } }),
  },
  "grpc.health.v1.Health": { Check: () => ({ message: { status: "SERVING" } }) },
};

export const yages = server({
  ports: () => [9000],
  ready: () => ["YAGES in version dev serving on :9000 is ready for gRPC clients ..."],
  message: (_process, request) => grpcAnswer(request, SERVICES) ?? grpcHealth(request),
});
