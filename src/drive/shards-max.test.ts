import { expect, test } from "vitest";
import { scenario } from "../../test/support/engine-play.ts";
import type { OpenSchedule, Target } from "../model/scenario.ts";
import { shardsMax } from "./shards-max.ts";

test("shardsMax: each shard has a user, a share of the arrivals and a connection", () => {
  const closed = scenario({ usersMax: 12 });
  expect(shardsMax(closed)).toBe(12);
  const bounded: Target = { ...closed.targets[0]!, maxConnections: 5 };
  expect(shardsMax({ ...closed, targets: [closed.targets[0]!, bounded] })).toBe(5);
  const schedule: OpenSchedule = { type: "arrivals", distribution: "even", stages: [], aliveMax: 100 };
  const group = { ...closed.groups[0]!, schedule, identities: 3 };
  // Few arrivals in all, however many might be alive at once.
  expect(shardsMax({ ...closed, groups: [group], usersMax: 100, identities: 3 })).toBe(3);
  const few = { ...group, schedule: { ...schedule, aliveMax: 2 }, identities: 1_000 };
  expect(shardsMax({ ...closed, groups: [few], usersMax: 2, identities: 1_000 })).toBe(2);
});
