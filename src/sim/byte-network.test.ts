import { expect, test } from "vitest";
import { latin1Encode } from "../base/bytes.ts";
import { NEVER, NS_PER_MS } from "../base/units.ts";
import type { IoEvents } from "../model/ports.ts";
import { ByteNetwork } from "./byte-network.ts";
import { ANSWER_FAULTS, type FaultPlan, OPENING_FAULTS, STREAM_FAULTS } from "./fault-plan.ts";

const REQUEST = latin1Encode("POST /x HTTP/1.1\r\nHost: peer\r\nContent-Length: 11\r\n\r\nhello world");

function plan(faults: Partial<FaultPlan["perMille"]> = {}, changes: Partial<FaultPlan> = {}): FaultPlan {
  const none = Object.fromEntries([...OPENING_FAULTS, ...ANSWER_FAULTS, ...STREAM_FAULTS].map((fault) => [fault, 0]));
  return {
    perMille: { ...(none as FaultPlan["perMille"]), ...faults },
    delayNsMax: NS_PER_MS,
    serviceNsMax: NS_PER_MS,
    lateNsMax: 10 * NS_PER_MS,
    cutPerMille: 1000,
    unsentPerMille: 0,
    bodyBytesMax: 500,
    givesPerMille: 0,
    healAtNs: 100 * NS_PER_MS,
    ...changes,
  };
}

/** A network and a client that sends one request on connection 0 and notes what it is told. */
function play(faults: FaultPlan, seed = "1", startNs = 0) {
  const told: string[] = [];
  let text = "";
  const io: { network?: ByteNetwork } = {};
  const events: IoEvents = {
    opened: () => told.push("opened"),
    resolved: (target, addresses) => told.push(`resolved ${target} ${addresses > 0}`),
    received: (connection, bytes, start, end) => {
      text += String.fromCharCode(...bytes.subarray(start, end));
      told.push(`received ${end - start}`);
      if (faults.perMille.sendsUnasked > 0) io.network!.close(connection);
    },
    drained: () => {},
    ended: (connection) => {
      told.push("ended");
      io.network!.close(connection);
    },
    failed: (connection, failure) => {
      told.push(`failed ${failure}`);
      io.network!.close(connection);
    },
  };
  const network = new ByteNetwork({ seed, faults, targets: [{ named: true, http2: false }] }, events);
  io.network = network;
  network.advance(startNs);
  network.open(0, 0);
  let sent = false;
  for (let steps = 0; network.nextNs < NEVER && steps < 1000; steps++) {
    network.advance(network.nextNs);
    if (told.at(-1) === "opened" && !sent) {
      sent = true;
      network.send(0, REQUEST, 0, REQUEST.length);
    }
  }
  return { told, text, network };
}

test("ByteNetwork resolves, opens, carries a request in pieces, and answers in pieces", () => {
  const { told, text, network } = play(plan());
  expect(told.slice(0, 2)).toEqual(["resolved 0 true", "opened"]);
  expect(told.filter((line) => line.startsWith("received")).length).toBeGreaterThan(1);
  expect(text.startsWith("HTTP/1.")).toBe(true);
  expect(network.totals).toMatchObject({ opened: 1, requestsSent: 1, requestsReceived: 1, answersDelivered: 1 });
  expect(network.endTurn()).toHaveLength(1);
  expect(network.endTurn()).toHaveLength(0);
});

test("ByteNetwork does the same again for the same seed, and something else for another", () => {
  expect(play(plan(), "5").told).toEqual(play(plan(), "5").told);
  expect(play(plan(), "5").text).not.toBe(play(plan(), "6").text);
});

test("ByteNetwork refuses and resets as its plan says, and no more after the heal moment", () => {
  expect(play(plan({ refused: 1000 })).told.at(-1)).toBe("failed 3");
  expect(play(plan({ resetsOpening: 1000 })).told.at(-1)).toBe("failed 4");
  expect(play(plan({ refused: 1000 }), "1", 200 * NS_PER_MS).told).toContain("opened");
  expect(play(plan({ neverOpens: 1000 })).told).toContain("opened");
});

test("ByteNetwork truncates, and expects a truncated answer only where nobody could tell that it is one", () => {
  let truncated = 0;
  for (let seed = 0; seed < 50; seed++) {
    const { told, text, network } = play(plan({ truncates: 1000 }), String(seed));
    expect(told.at(-1)).toBe("ended");
    if (network.endTurn().length === 0) truncated++;
    else expect(text).not.toMatch(/Content-Length|Transfer-Encoding/);
  }
  expect(truncated).toBeGreaterThan(20);
});

test("ByteNetwork stops a client that sends on a connection whose last request is not answered", () => {
  const { network } = play(plan({ neverAnswers: 1000 }, { healAtNs: 0 }));
  network.advance(300 * NS_PER_MS);
  network.open(1, 0);
  network.advance(310 * NS_PER_MS);
  network.send(1, REQUEST, 0, REQUEST.length);
  expect(() => network.send(1, REQUEST, 0, REQUEST.length)).toThrow("whose last one is not answered");
});

test("ByteNetwork stops a client that keeps a connection on which it was sent what it had not asked for", () => {
  const network = new ByteNetwork(
    { seed: "3", faults: plan({ sendsUnasked: 1000 }), targets: [{ named: false, http2: false }] },
    { opened() {}, resolved() {}, received() {}, drained() {}, ended() {}, failed() {} },
  );
  network.open(0, 0);
  expect(() => network.advance(90 * NS_PER_MS)).toThrow("of no more use");
});
