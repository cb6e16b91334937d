import fc from "fast-check";
import { expect, test } from "vitest";
import { NONE } from "./connections.ts";
import { MultiplexedConnections } from "./multiplexed-connections.ts";
import { NegotiatedConnections } from "./negotiated-connections.ts";
import { OwnConnections } from "./own-connections.ts";
import { SharedConnections } from "./shared-connections.ts";
import { WaitingLine } from "./waiting-line.ts";

test("A waiting line serves in the order of arrival, whoever gives up", () => {
  const line = new WaitingLine(5);
  for (const place of [3, 0, 4, 1]) line.push(place);
  line.remove(0);
  line.remove(0);
  line.remove(1);
  expect([line.take(), line.take()]).toEqual([3, 4]);
  expect(line.isEmpty).toBe(true);
});

test("Shared connections: the one that was idle for the shortest time, and never more than the bound", () => {
  const pool = new SharedConnections(4, 2);
  expect(pool.available()).toBe(NONE);
  pool.opened();
  pool.opened();
  expect(pool.mayOpen()).toBe(false);
  pool.update(7, 0, 1);
  pool.update(5, 0, 1);
  expect(pool.available()).toBe(5);
  pool.update(5, 1, 0);
  expect(pool.available()).toBe(7);
  pool.wait(2);
  expect(pool.canServe).toBe(true);
  pool.closed(7);
  expect(pool.available()).toBe(NONE);
  expect(pool.mayOpen()).toBe(true);
});

test("Multiplexed connections are all opened before one gets a second request, then the least loaded is next", () => {
  const pool = new MultiplexedConnections(10, 2);
  pool.opened(0);
  pool.update(0, 1, 9);
  expect(pool.available()).toBe(NONE);
  expect(pool.mayOpen()).toBe(true);
  pool.opened(1);
  expect(pool.available()).toBe(0);
  pool.update(1, 3, 7);
  expect(pool.available()).toBe(0);
  pool.update(0, 4, 6);
  expect(pool.available()).toBe(1);
  pool.update(1, 10, 0);
  pool.update(0, 10, 0);
  expect(pool.available()).toBe(NONE);
  pool.wait(3);
  expect(pool.canServe).toBe(false);
  pool.update(0, 9, 1);
  expect(pool.canServe).toBe(true);
  expect(pool.nextWaiting()).toBe(3);
});

test("A connection that is leaving makes room for another, and at most as many again are finishing", () => {
  const pool = new MultiplexedConnections(10, 1);
  pool.opened(0);
  pool.update(0, 5, 5);
  pool.leaving(0);
  expect(pool.available()).toBe(NONE);
  expect(pool.mayOpen()).toBe(true);
  pool.opened(1);
  pool.update(1, 1, 9);
  pool.leaving(1);
  expect(pool.mayOpen()).toBe(false);
  pool.update(1, 0, 9);
  expect(pool.available()).toBe(NONE);
  pool.closed(0);
  expect(pool.mayOpen()).toBe(true);
});

test("Multiplexed connections agree with a plain model under any sequence of loads", () => {
  const steps = fc.array(fc.record({ connection: fc.nat(5), load: fc.nat(4), full: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (sequence) => {
      const pool = new MultiplexedConnections(1, 6);
      const loads = new Map<number, number>();
      for (let connection = 0; connection < 6; connection++) pool.opened(connection);
      for (const { connection, load, full } of sequence) {
        pool.update(connection, load, full ? 0 : 1);
        if (full) loads.delete(connection);
        else loads.set(connection, load);
        const least = Math.min(...loads.values());
        const chosen = pool.available();
        if (loads.size === 0) expect(chosen).toBe(NONE);
        else expect(loads.get(chosen)).toBe(least);
      }
    }),
  );
});

test("Before the protocol is known one connection is opened and everybody else waits", () => {
  const pool = new NegotiatedConnections(
    4,
    () => new OwnConnections(4),
    () => new MultiplexedConnections(4, 1),
  );
  expect(pool.mayOpen()).toBe(true);
  pool.opened(0, 2);
  expect(pool.mayOpen()).toBe(false);
  pool.wait(1);
  pool.wait(3);
  expect(pool.canServe).toBe(false);
  pool.negotiated(true);
  pool.update(0, 1, 9);
  expect(pool.canServe).toBe(true);
  expect([pool.nextWaiting(), pool.nextWaiting()]).toEqual([1, 3]);
  expect(pool.available(1)).toBe(0);
});

test("When the first connection fails, the next user who waits tries", () => {
  const pool = new NegotiatedConnections(
    4,
    () => new OwnConnections(4),
    () => new MultiplexedConnections(4, 1),
  );
  pool.opened(0, 2);
  pool.wait(1);
  pool.closed(0, 2);
  expect(pool.canServe).toBe(true);
  expect(pool.nextWaiting()).toBe(1);
  pool.opened(0, 1);
  pool.negotiated(false);
  expect(pool.available(1)).toBe(0);
  expect(pool.keptBy(1)).toBe(0);
  expect(pool.mayOpen()).toBe(true);
});
