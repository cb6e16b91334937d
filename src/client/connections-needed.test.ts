import fc from "fast-check";
import { expect, test } from "vitest";
import { request, scenario } from "../../test/support/engine-play.ts";
import type { Target } from "../model/scenario.ts";
import { poolFor } from "./choose-pool.ts";
import { connectionsNeeded } from "./connections-needed.ts";

const [PLAIN] = scenario({ requests: [request("a")] }).targets as [Target];

/** Connections that the pools of all shards let be opened when every user asks for one. */
function opened(target: Target, placesOf: readonly number[], isOpen: boolean): number {
  const usersMax = placesOf.reduce((sum, places) => sum + places, 0);
  let count = 0;
  placesOf.forEach((places, shard) => {
    const pool = poolFor(target, { shard, shards: placesOf.length, places, usersMax, isOpen });
    for (let place = 0; place < places && pool.mayOpen(); place++) {
      pool.opened(place, place);
      count++;
    }
  });
  return count;
}

test("connectionsNeeded is what the pools of all shards may open together", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      fc.option(fc.integer({ min: 4, max: 60 })),
      fc.integer({ min: 1, max: 10 }),
      fc.constantFrom("http1.1" as const, "http2" as const),
      fc.boolean(),
      (placesOf, maxConnections, maxStreamsPerConnection, httpVersion, isOpen) => {
        const target = { ...PLAIN, maxConnections, maxStreamsPerConnection, httpVersion };
        const users = placesOf.reduce((sum, places) => sum + places, 0);
        const needed = connectionsNeeded(target, users, placesOf);
        const really = opened(target, placesOf, isOpen);
        expect(needed.http2).toBeNull();
        expect(really).toBeLessThanOrEqual(needed.connections);
        // A shard with fewer users than its share of the bound leaves the rest of it unused.
        if (maxConnections === null || httpVersion === "http2") expect(really).toBe(needed.connections);
      },
    ),
  );
});

test("where ALPN decides, both protocols are said; users who never ask need none", () => {
  const tls = {
    verify: true,
    serverName: "a",
    caBundle: null,
    clientCert: null,
    clientKey: null,
    minVersion: "1.2",
    maxVersion: "1.3",
    ciphers: null,
    sessionResumption: false,
  } as const;
  const target: Target = { ...PLAIN, tls, httpVersion: "auto" };
  expect(connectionsNeeded(target, 250, [125, 125])).toEqual({ connections: 250, http2: 4 });
  expect(connectionsNeeded(target, 0, [125, 125])).toEqual({ connections: 0, http2: 0 });
  expect(connectionsNeeded({ ...target, tls: null }, 250, [125, 125])).toEqual({ connections: 250, http2: null });
  expect(connectionsNeeded({ ...target, maxConnections: 3 }, 250, [125, 125])).toEqual({ connections: 3, http2: 3 });
});
