/**
 * What values in requests cost: the same three requests with values in path, header and body, which are rendered anew
 * for each sending, and with the values written out, which are encoded once. Same server, io and connections.
 */
import { chooseIo } from "../src/io/choose-io.ts";
import { type Client, z6Client } from "./clients.ts";
import { type BenchReport, compare } from "./comparison.ts";
import { nginx } from "./servers.ts";
import type { Setup } from "./setup.ts";

interface Values {
  readonly user: string;
  readonly turn: string;
  readonly id: string;
  readonly amount: string;
}

const RENDERED: Values = {
  user: "{{user}}",
  turn: "{{iteration}}",
  id: "{{uuid}}",
  amount: "{{int(1, 1000)}}",
};
/** As long as what is rendered. */
const FIXED: Values = { user: "42", turn: "1234", id: "2b1c8a52-5f0e-4c3a-9d57-0e6a4b8f1c33", amount: "500" };

/** What users of a shop do: each request differs from the one before it. */
function requests({ user, turn, id, amount }: Values): string {
  return `
[[requests]]
name = "look"
path = "/users/${user}/items?page=${turn}"
[[requests]]
name = "trace"
path = "/users/${user}"
headers = { "X-Request-Id" = "${id}" }
[[requests]]
name = "buy"
method = "POST"
path = "/users/${user}/orders"
headers = { "Content-Type" = "application/json", "X-Request-Id" = "${id}" }
body = '{"order": "${id}", "amount": ${amount}}'
`;
}

/** A report for each io: rendered against fixed. Needs nginx and taskset. */
export async function compareTemplates(
  { seconds, rounds }: Setup,
  connections: number,
): Promise<readonly BenchReport[]> {
  const ios = chooseIo("auto", []).io === "uring" ? (["uring", "node"] as const) : (["node"] as const);
  const reports: BenchReport[] = [];
  for (const io of ios) {
    const client = (name: string, values: Values): Client => ({
      ...z6Client(io, () => "", requests(values)),
      name: `z6, ${name}`,
    });
    const clients = [client("rendered", RENDERED), client("fixed", FIXED)];
    const title = `Requests with values in them, ${io} io`;
    reports.push(await compare({ title, server: nginx, clients }, { seconds, connections, streams: 1 }, rounds));
  }
  return reports;
}
