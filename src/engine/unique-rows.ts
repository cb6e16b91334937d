/**
 * Rows of data that no two iterations may share (pick = "unique"). Only those take part who can come to use them:
 *
 *   row      turn * sharers + rank
 *   turn     iterations that the user has begun before, of those whose flow uses the data
 *   sharers  users of all groups that have such a flow
 *   rank     the user's number among them, in the order of the groups
 *
 * All of it follows from the scenario and the user's own stream, so shards that know nothing of one another never share
 * a row. A user that chooses another flow keeps its next row for later; an arrival has no later, so its row is left over.
 */
import type { Messages } from "../model/ports.ts";
import type { Flow, Scenario } from "../model/scenario.ts";
import type { Part, Text } from "../model/template.ts";

/** Who shares the rows of a data set. */
export interface Sharers {
  /** Users that there ever may be. */
  readonly users: number;
  /** By group: the rank of its first user; null for a group that never uses the data. */
  readonly firstRank: readonly (number | null)[];
}

export function sharersOf(set: number, scenario: Scenario): Sharers {
  const uses = scenario.flows.map((flow) => uniqueSetsOf(flow, scenario).includes(set));
  let users = 0;
  const firstRank = scenario.groups.map((group) => {
    if (!group.flows.some((flow) => uses[flow])) return null;
    const first = users;
    users += group.identities;
    return first;
  });
  return { users, firstRank };
}

/** The data sets with unique rows that the flow's requests use, ascending. */
export function uniqueSetsOf(flow: Flow, { requests, targets, data }: Scenario): readonly number[] {
  const sets = new Set<number>();
  const visit = (parts: readonly Part[]): void => {
    for (const part of parts) {
      if (part.kind === "base64") visit(part.parts);
      if (part.kind !== "value" || part.value.kind !== "data") continue;
      if (data[part.value.set]!.pick === "unique") sets.add(part.value.set);
    }
  };
  const visitText = (text: Text): void => {
    if (typeof text !== "string") visit(text.parts);
  };
  for (const index of flow.requests) {
    const { path, headers, body, target } = requests[index]!;
    visitText(path);
    for (const [, value] of headers) visitText(value);
    if (body !== null && !(body instanceof Uint8Array)) visit(body);
    const sentTo = target === null ? targets : [targets[target]!];
    for (const [, value] of sentTo.flatMap((each) => each.headers)) visitText(value);
  }
  return [...sets].sort((a, b) => a - b);
}

/** Gives the users of a shard their rows. */
export class UniqueRows {
  readonly #messages: Messages | null;
  /** By flow: the sets whose rows its iterations take. */
  readonly #setsOf: readonly (readonly number[])[];
  /** By set. */
  readonly #rows: readonly number[];
  readonly #users: readonly number[];
  /** By group * sets + set: what an identity is above its rank. */
  readonly #aboveRank: Float64Array;
  /** How many sets the tables have room for; 0 without any whose rows are unique. */
  readonly #sets: number;
  /** By place * sets + set: the user's next turn. */
  readonly #turns: Uint32Array;

  /** @param places of the shard's users. @param messages are told which row a user has. */
  constructor(scenario: Scenario, places: number, messages: Messages | null) {
    const { data, flows, groups } = scenario;
    const sets = data.some(({ pick }) => pick === "unique") ? data.length : 0;
    const sharers = data.map((_, set) => sharersOf(set, scenario));
    this.#messages = messages;
    this.#setsOf = flows.map((flow) => uniqueSetsOf(flow, scenario));
    this.#rows = data.map(({ rows }) => rows);
    this.#users = sharers.map(({ users }) => users);
    this.#sets = sets;
    this.#turns = new Uint32Array(places * sets);
    this.#aboveRank = new Float64Array(groups.length * sets);
    for (const [group, { firstIdentity }] of groups.entries()) {
      for (let set = 0; set < sets; set++) {
        this.#aboveRank[group * sets + set] = firstIdentity - (sharers[set]!.firstRank[group] ?? 0);
      }
    }
  }

  /** The user begins an iteration of that flow. False when there is no row left for it. */
  take(place: number, identity: number, group: number, flow: number, iteration: number): boolean {
    const sets = this.#sets;
    // The place may have been another user's.
    if (iteration === 0) for (let set = 0; set < sets; set++) this.#turns[place * sets + set] = 0;
    const needed = this.#setsOf[flow]!;
    for (let i = 0; i < needed.length; i++) {
      const set = needed[i]!;
      const turn = this.#turns[place * sets + set]!++;
      const row = turn * this.#users[set]! + identity - this.#aboveRank[group * sets + set]!;
      if (row >= this.#rows[set]!) return false;
      this.#messages?.useRow(place, set, row);
    }
    return true;
  }
}
