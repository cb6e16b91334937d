/** Scenarios with templates for tests of what is sent, made without a file. */
import { createHash } from "node:crypto";
import { shadowOf } from "../../src/base/escape.ts";
import type { RequestSpec, Scenario, Target } from "../../src/model/scenario.ts";
import type { Escape, Part, Secret, Shadow, Value } from "../../src/model/template.ts";

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function shadow(text: string): Shadow {
  return shadowOf(text, sha256);
}

export function secret(name: string, value: string): Secret {
  return { name, value, shadow: shadow(value) };
}

export function text(value: string): Part {
  return { kind: "text", text: value };
}

export function value(what: Value, way: Escape): Part {
  return { kind: "value", value: what, escape: way };
}

export const TARGET: Target = {
  name: "",
  baseUrl: "http://h",
  host: "h",
  port: 80,
  basePath: "",
  tls: null,
  httpVersion: "auto",
  maxConnections: null,
  maxStreamsPerConnection: 100,
  connectionTimeoutNs: 1e9,
  headers: [],
  cookies: false,
  weight: 1,
};

export const GET: RequestSpec = {
  name: "get",
  method: "GET",
  path: "/",
  headers: [],
  body: null,
  timeoutNs: 1e9,
  weight: 1,
  target: null,
  onFailure: null,
};

export function scenarioOf(given: Partial<Scenario>): Scenario {
  const requests = given.requests ?? [GET];
  return {
    metadata: { name: "", description: "", version: "", author: "", tags: [] },
    usersMax: 10,
    identities: 10,
    vus: 10,
    durationNs: 1e9,
    iterations: null,
    seed: "1",
    gracefulStopNs: 0,
    targets: [TARGET],
    requests,
    flows: [
      {
        name: "",
        weight: 1,
        steps: null,
        requests: requests.map((_, index) => index),
        thinkTime: { minNs: 0, maxNs: 0 },
        onFailure: "restart",
      },
    ],
    groups: [],
    data: [],
    secrets: [],
    variables: [],
    captures: [],
    rules: [],
    criteria: [],
    limits: { eventLogBytesMax: 1e9, connectionsMax: 1e3, memoryBytesMax: 1e9 },
    ...given,
  };
}

/** The scenario as a replay knows it: secrets by their shadows only. */
export function withoutSecrets(scenario: Scenario): Scenario {
  return {
    ...scenario,
    secrets: scenario.secrets.map((known) => ({ ...known, value: null })),
    data: scenario.data.map((set) => ({
      ...set,
      columns: set.columns.map((column) => (column.secret ? { ...column, values: null } : column)),
    })),
  };
}
