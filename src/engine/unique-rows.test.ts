import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterMs, flow, MS, of, play, request, scenario } from "../../test/support/engine-play.ts";
import { STOP_CODES } from "../model/entry.ts";
import type { Messages } from "../model/ports.ts";
import type { Flow, RequestSpec, Scenario, UserGroup } from "../model/scenario.ts";
import { sharersOf, UniqueRows, uniqueSetsOf } from "./unique-rows.ts";

/** A request that uses the data set. */
function using(set: number): RequestSpec {
  const value = { kind: "data", set, column: 0 } as const;
  return { ...request("buy"), path: { parts: [{ kind: "value", value, escape: "uri" }] } };
}

function closed(name: string, firstIdentity: number, users: number, flows: readonly number[]): UserGroup {
  const phases = [{ startNs: 0, durationNs: 1_000 * MS, fromUsers: users, toUsers: users }];
  return { name, flows, schedule: { type: "constant", phases }, firstIdentity, identities: users };
}

function open(name: string, firstIdentity: number, arrivals: number, flows: readonly number[]): UserGroup {
  const rate = arrivals * 1e6;
  const stages = [{ durationNs: 1_000 * MS, fromMicroRate: rate, toMicroRate: rate }];
  const schedule = { type: "arrivals", distribution: "even", stages, aliveMax: arrivals } as const;
  return { name, flows, schedule, firstIdentity, identities: arrivals };
}

const BROWSE = flow({ name: "browse", requests: [0] });
const BUY = flow({ name: "buy", requests: [1] });

function shop(groups: UserGroup[], rows: number, flows: Flow[] = [BROWSE, BUY]): Scenario {
  const identities = groups.reduce((sum, group) => sum + group.identities, 0);
  const data = [{ name: "codes", pick: "unique" as const, rows, columns: [] }];
  return scenario({ requests: [request("look"), using(0)], flows, groups, data, usersMax: identities, identities });
}

describe("unique rows", () => {
  test("nobody takes one whose flows do not use them", () => {
    const plan = shop([closed("browse", 0, 50, [0]), open("buy", 50, 20, [1])], 20);
    const log = play(plan, afterMs(100));
    expect(of(log, "stop_begun")).toMatchObject([{ code: STOP_CODES.duration }]);
    expect(of(log, "request_issued").filter(({ code }) => code === 1)).toHaveLength(20);
    expect(sharersOf(0, plan)).toEqual({ users: 20, firstRank: [null, 0] });
  });

  test("a user of two flows keeps its rows for the one that uses them", () => {
    const flows = [{ ...BROWSE, weight: 3 }, BUY];
    const plan = { ...shop([closed("", 0, 1, [0, 1])], 5, flows), durationNs: 100_000 * MS };
    const log = play(plan, afterMs(1));
    expect(of(log, "request_issued").filter(({ code }) => code === 1)).toHaveLength(5);
    expect(of(log, "request_issued").length).toBeGreaterThan(8);
    expect(of(log, "stop_begun")).toMatchObject([{ code: STOP_CODES.data_exhausted }]);
  });

  test("a set is used in paths, headers, bodies, auth and by the targets, at any depth", () => {
    const { parts } = using(0).path as Exclude<RequestSpec["path"], string>;
    const inBase64 = { parts: [{ kind: "base64", parts }] } as const;
    const plain = request("a");
    const one = shop([closed("", 0, 1, [0])], 5);
    const setsOf = (own: RequestSpec, target = one.targets[0]!): readonly number[] =>
      uniqueSetsOf(BROWSE, { ...one, requests: [own], targets: [target] });
    expect(setsOf(plain)).toEqual([]);
    expect(setsOf(using(0))).toEqual([0]);
    expect(setsOf({ ...plain, body: parts })).toEqual([0]);
    expect(setsOf({ ...plain, headers: [["A", inBase64]] })).toEqual([0]);
    expect(setsOf(plain, { ...one.targets[0]!, headers: [["A", inBase64]] })).toEqual([0]);
  });
});

test("UniqueRows: no row twice, whatever groups, flows and shards there are", () => {
  const group = fc.record({
    isOpen: fc.boolean(),
    users: fc.integer({ min: 1, max: 6 }),
    flows: fc.constantFrom([0], [1], [2], [0, 1], [1, 2]),
  });
  const one = fc.record({
    groups: fc.array(group, { minLength: 1, maxLength: 4 }),
    shards: fc.integer({ min: 1, max: 3 }),
    choices: fc.infiniteStream(fc.nat()),
  });
  fc.assert(
    fc.property(one, ({ groups: drawn, shards, choices }) => {
      let identities = 0;
      const groups = drawn.map(({ isOpen, users, flows }) => {
        const made = (isOpen ? open : closed)("", identities, users, flows);
        identities += users;
        return made;
      });
      const flows = [BROWSE, BUY, flow({ requests: [0, 1, 2] })];
      const data = ["codes", "keys"].map((name) => ({ name, pick: "unique" as const, rows: 1_000, columns: [] }));
      const plan = { ...shop(groups, 1_000, flows), requests: [request("look"), using(0), using(1)], data };
      const taken = [new Set<number>(), new Set<number>()];
      let count = 0;
      const messages = {
        useRow(_place: number, set: number, row: number) {
          taken[set]!.add(row);
          count++;
        },
      } as Messages;
      for (let shard = 0; shard < shards; shard++) {
        // Every user has the same place: what one has used is not the next one's.
        const rows = new UniqueRows(plan, 1, messages);
        for (const [index, { firstIdentity, identities: users, flows: own, schedule }] of groups.entries()) {
          for (let identity = firstIdentity; identity < firstIdentity + users; identity++) {
            if (identity % shards !== shard) continue;
            const iterations = schedule.type === "arrivals" ? 1 : 4;
            for (let iteration = 0; iteration < iterations; iteration++) {
              const chosen = own[choices.next().value % own.length]!;
              expect(rows.take(0, identity, index, chosen, iteration)).toBe(true);
            }
          }
        }
      }
      expect(taken[0]!.size + taken[1]!.size).toBe(count);
      const used = flows.map((each) => uniqueSetsOf(each, plan));
      expect(used).toEqual([[], [0], [0, 1]]);
    }),
  );
});
