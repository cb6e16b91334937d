/**
 * The io port over io_uring: plain TCP on Linux 6.1 or newer. The loop blocks in one io_uring_enter per turn, which
 * sends all that the turn gathered and brings all that arrived.
 *
 *   connect    one entry; its completion opens the connection and arms the receive
 *   receive    one multishot entry per connection, into provided buffers, until the peer has finished
 *   send       no completion when it succeeds: the answer says so
 *   write      send(2) at once, outside the ring: nothing to pin and nothing to wait for. What the kernel has no room
 *              for is queued, and a poll for POLLOUT, one at a time per connection, brings the next attempt
 *   close      shutdown(2) and close(2) at once; what the kernel still reports of the old connection carries its
 *              generation, and reaches nobody. Bytes that the kernel has taken still leave, before the FIN; queued
 *              ones are dropped
 *
 * Node's own event loop gets its turn every SLICE_NS: names are resolved and messages delivered there.
 */
import { assert } from "../base/assert.ts";
import { NS_PER_MS, NS_PER_US } from "../base/units.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import type { Target } from "../model/scenario.ts";
import { errnoOf, failureOf, failureOfErrno } from "./failures.ts";
import type { Loop } from "./loop.ts";
import { Resolver } from "./resolver.ts";
import * as abi from "./uring/abi.ts";
import { addressHigh, addressLow, BUFFER_GROUP, ReceiveBuffers } from "./uring/buffers.ts";
import { type Libc, loadLibc } from "./uring/libc.ts";
import { Ring } from "./uring/ring.ts";
import { sendNow } from "./uring/send-now.ts";
import { SendQueue } from "./uring/send-queue.ts";
import { socketAddress } from "./uring/socket-address.ts";

const RING_ENTRIES = 4_096;
const BUFFER_COUNT = 1_024;
const BUFFER_BYTES = 8_192;
/** Node's event loop runs at least this often. */
const SLICE_NS = 4 * NS_PER_MS;
/** The longest stay in the kernel while nothing is due, and the shortest that its timer is worth. */
const WAIT_NS_MAX = 4 * NS_PER_MS;
const WAIT_NS_MIN = 5 * NS_PER_US;
/**
 * A thread that sleeps comes late by about this much, even without the slack that the kernel gives timers. So the last
 * stretch before a moment of the plan is spent on looking at the clock and at what arrives, without sleep.
 */
const WATCH_NS = 100 * NS_PER_US;
const TIMER_SLACK_NS = 1;

const WRITABLE = 0;
const CONNECT = 1;
const RECEIVE = 2;
const SEND = 3;
const KIND_BITS = 2;
const KIND_MASK = (1 << KIND_BITS) - 1;
const GENERATION_MASK = (1 << (31 - KIND_BITS)) - 1;
/** The generation of a connection whose failure was reported: no completion carries it. */
const NO_GENERATION = -1;

/** One connection, from `open` to `close`. */
interface Link {
  readonly target: number;
  generation: number;
  descriptor: number;
  addresses: readonly string[];
  /** Index of the address that is tried. */
  attempt: number;
  startedAtNs: number;
  /** While it is not empty, a WRITABLE entry is under way. */
  readonly queue: SendQueue;
  /** It has failed, which is reported or about to be: nothing is written any more. */
  isBroken: boolean;
}

/** Bytes where the kernel can read them. */
interface Pinned {
  readonly low: number;
  readonly high: number;
}

/** A port and the loop that drives it. */
export interface UringIo {
  readonly port: IoPort;
  /** As startNodeLoop: runs `turn` when something arrived, and at the moments it asks for. */
  startLoop(turn: (nowNs: number) => number): Loop;
}

/** Makes the port. Throws (NoRing, or what koffi throws) where io_uring cannot be had. */
export function uringIo(
  targets: readonly Target[],
  requestBytes: readonly Uint8Array[],
  clock: () => number,
  events: IoEvents,
): UringIo {
  const libc = loadLibc();
  const ring = new Ring(libc, RING_ENTRIES);
  const buffers = new ReceiveBuffers(libc, ring, BUFFER_COUNT, BUFFER_BYTES);
  const pinned = pinAll(libc, requestBytes);
  const addresses = new AddressTable(libc);
  const noDelay = Uint8Array.of(1, 0, 0, 0);
  const links: (Link | undefined)[] = [];
  /** What `open` leaves for the time between turns. */
  const postponed: (() => void)[] = [];
  /** Failures that a write met; reported behind what had arrived by then. */
  const broken: (() => void)[] = [];
  let generations = 0;
  let arrived = false;

  const resolvers = targets.map(
    ({ host }, target) =>
      new Resolver(host, clock, (count, dnsNs) => {
        events.resolved(target, count, dnsNs);
        arrived = true;
      }),
  );

  /** Reports the end of a connection, once: nothing more is heard of it. */
  function failed(connection: number, link: Link, failure: number, errno: number): void {
    link.generation = NO_GENERATION;
    link.isBroken = true;
    events.failed(connection, failure, errno);
    arrived = true;
  }

  /** Begins to connect to the link's next address; the last one's error is the connection's. */
  function tryAddress(connection: number, link: Link): void {
    const { port } = targets[link.target]!;
    const address = addresses.of(link.addresses[link.attempt]!, port);
    link.startedAtNs = clock();
    link.descriptor = libc.socket(address.family, abi.SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
    if (link.descriptor < 0) {
      attemptFailed(connection, link, libc.errno());
      return;
    }
    libc.setsockopt(link.descriptor, abi.IPPROTO_TCP, abi.TCP_NODELAY, noDelay, noDelay.length);
    const { low, high, bytes } = address;
    ring.push(abi.OP_CONNECT, 0, 0, link.descriptor, bytes, low, high, 0, 0, connection, nameOf(CONNECT, link), 0);
  }

  function attemptFailed(connection: number, link: Link, errno: number): void {
    closeSocket(link);
    if (link.attempt + 1 < link.addresses.length) {
      link.attempt++;
      tryAddress(connection, link);
    } else {
      failed(connection, link, failureOfErrno(errno), errno);
    }
  }

  function closeSocket(link: Link): void {
    if (link.descriptor < 0) return;
    // An entry that still waits in the queue names the descriptor, whose number may soon be another socket's.
    ring.flush();
    libc.shutdown(link.descriptor, abi.SHUT_RDWR);
    libc.close(link.descriptor);
    link.descriptor = -1;
  }

  function receive(connection: number, link: Link): void {
    const name = nameOf(RECEIVE, link);
    const flags = abi.SQE_BUFFER_SELECT;
    ring.push(abi.OP_RECV, flags, abi.RECV_MULTISHOT, link.descriptor, 0, 0, 0, 0, 0, connection, name, BUFFER_GROUP);
  }

  function connected(connection: number, link: Link, result: number): void {
    if (result < 0) {
      attemptFailed(connection, link, -result);
      return;
    }
    for (let i = 0; i < link.attempt; i++) resolvers[link.target]!.leaveOut(link.addresses[i]!);
    receive(connection, link);
    events.opened(connection, clock() - link.startedAtNs, 0, "", false);
  }

  function received(connection: number, link: Link, result: number, flags: number): void {
    if (result > 0) {
      const start = (flags >>> abi.CQE_BUFFER_SHIFT) * BUFFER_BYTES;
      events.received(connection, buffers.bytes, start, start + result);
      // The kernel may end a multishot receive at any time; the client may have closed the connection meanwhile.
      if ((flags & abi.CQE_MORE) === 0 && links[connection] === link) receive(connection, link);
    } else if (result === 0) {
      events.ended(connection);
    } else if (-result === abi.ENOBUFS) {
      receive(connection, link);
    } else {
      failed(connection, link, failureOfErrno(-result), -result);
    }
  }

  function awaitRoom(connection: number, link: Link): void {
    const name = nameOf(WRITABLE, link);
    ring.push(abi.OP_POLL_ADD, 0, 0, link.descriptor, 0, 0, 0, 0, abi.POLLOUT, connection, name, 0);
  }

  /** The kernel has room again, or an error for the next attempt. */
  function writable(connection: number, link: Link, result: number): void {
    const { queue } = link;
    const taken = result < 0 ? result : sendNow(libc, link.descriptor, queue.front(), 0, queue.length);
    if (taken < 0) {
      writeFailed(connection, link, -taken);
      return;
    }
    queue.remove(taken);
    if (queue.length > 0) awaitRoom(connection, link);
    else events.drained(connection);
  }

  /**
   * A write met an error. The peer may have said why before it went, so what has arrived is received first; the end
   * that the receive will find too is not reported beside this failure.
   */
  function writeFailed(connection: number, link: Link, errno: number): void {
    link.isBroken = true;
    link.queue.clear();
    broken.push(() => {
      if (links[connection] === link) failed(connection, link, failureOfErrno(errno), errno);
    });
  }

  function complete(connection: number, name: number, result: number, flags: number): void {
    const link = links[connection];
    if (link !== undefined && link.generation === name >>> KIND_BITS) dispatch(connection, link, name, result, flags);
    if ((flags & abi.CQE_BUFFER) !== 0) buffers.provide(flags >>> abi.CQE_BUFFER_SHIFT);
  }

  function dispatch(connection: number, link: Link, name: number, result: number, flags: number): void {
    arrived = true;
    if (link.isBroken && result <= 0) return;
    switch (name & KIND_MASK) {
      case WRITABLE:
        writable(connection, link, result);
        return;
      case CONNECT:
        connected(connection, link, result);
        return;
      case RECEIVE:
        received(connection, link, result, flags);
        return;
      case SEND:
        // Only failures are reported, and a short send is one; the receive says what became of the connection.
        if (result < 0) failed(connection, link, failureOfErrno(-result), -result);
        return;
    }
  }

  const port: IoPort = {
    open(connection, target) {
      generations = (generations + 1) & GENERATION_MASK;
      const link: Link = {
        target,
        generation: generations,
        descriptor: -1,
        addresses: [],
        attempt: 0,
        startedAtNs: 0,
        queue: new SendQueue(),
        isBroken: false,
      };
      links[connection] = link;
      // Later, never from within this call: what it reports must come between turns.
      postponed.push(() => {
        resolvers[target]!.resolve((resolution) => {
          if (links[connection] !== link) return;
          if ("error" in resolution) {
            failed(connection, link, failureOf(resolution.error), errnoOf(resolution.error));
          } else {
            link.addresses = resolution.addresses;
            tryAddress(connection, link);
          }
        });
      });
    },
    send(connection, bytes, start, end) {
      const link = links[connection]!;
      const at = pinned.get(bytes);
      assert(at !== undefined && start === 0 && end === bytes.length, "io_uring sends the requests it was made with");
      const flags = abi.MSG_WAITALL | abi.MSG_NOSIGNAL;
      const name = nameOf(SEND, link);
      const skip = abi.SQE_CQE_SKIP_SUCCESS;
      ring.push(abi.OP_SEND, skip, 0, link.descriptor, 0, at.low, at.high, end, flags, connection, name, 0);
    },
    write(connection, bytes, start, end) {
      const link = links[connection]!;
      if (link.isBroken) return;
      assert(link.descriptor >= 0, "bytes are written on an open connection");
      if (link.queue.length > 0) {
        link.queue.append(bytes, start, end);
        return;
      }
      const taken = sendNow(libc, link.descriptor, bytes, start, end);
      if (taken < 0) {
        writeFailed(connection, link, -taken);
      } else if (start + taken < end) {
        link.queue.append(bytes, start + taken, end);
        awaitRoom(connection, link);
      }
    },
    unsent: (connection) => links[connection]!.queue.length,
    close(connection) {
      const link = links[connection]!;
      links[connection] = undefined;
      closeSocket(link);
    },
  };

  /** How long to stay in the kernel, ns. The clock is read again only when the turn since `nowNs` could matter. */
  function waitUntil(wakeAtNs: number, nowNs: number): number {
    if (wakeAtNs - nowNs >= 2 * WAIT_NS_MAX) return WAIT_NS_MAX;
    const waitNs = wakeAtNs - clock() - WATCH_NS;
    return waitNs < WAIT_NS_MIN ? 0 : Math.min(waitNs, WAIT_NS_MAX);
  }

  function startLoop(turn: (nowNs: number) => number): Loop {
    let running = true;
    let wakeAtNs = 0;
    let watchedNs = 0;

    function slice(): void {
      let nowNs = clock();
      const sliceEndNs = nowNs + SLICE_NS;
      while (running && nowNs < sliceEndNs) {
        const isDue = arrived || nowNs >= wakeAtNs;
        if (isDue) {
          arrived = false;
          wakeAtNs = turn(nowNs);
          if (!running) return;
        }
        if (postponed.length > 0) for (const action of postponed.splice(0)) action();
        buffers.publish();
        const waitNs = arrived || broken.length > 0 ? 0 : waitUntil(wakeAtNs, nowNs);
        ring.enter(waitNs > 0 ? 1 : 0, waitNs);
        ring.reap(complete);
        if (broken.length > 0) for (const report of broken.splice(0)) report();
        const beforeNs = nowNs;
        nowNs = clock();
        if (!isDue && !arrived && waitNs === 0) watchedNs += nowNs - beforeNs;
      }
      if (running) setImmediate(slice);
    }

    libc.setTimerSlack(TIMER_SLACK_NS);
    setImmediate(slice);
    return {
      poke() {
        arrived = true;
      },
      watchedNs() {
        const taken = watchedNs;
        watchedNs = 0;
        return taken;
      },
      stop() {
        running = false;
        ring.close();
      },
    };
  }

  return { port, startLoop };
}

/** The second word of an entry's name: what it is, and for which use of the connection's number. */
function nameOf(kind: number, link: Link): number {
  return (link.generation << KIND_BITS) | kind;
}

/** Copies the requests into memory of their own, by the arrays that they will be asked for with. */
function pinAll(libc: Libc, requests: readonly Uint8Array[]): Map<Uint8Array, Pinned> {
  const total = requests.reduce((sum, bytes) => sum + bytes.length, 0);
  const memory = libc.map(Math.max(1, total), -1, 0);
  const copy = new Uint8Array(memory.buffer);
  const pinned = new Map<Uint8Array, Pinned>();
  let at = 0;
  for (const bytes of requests) {
    copy.set(bytes, at);
    const address = memory.address + BigInt(at);
    pinned.set(bytes, { low: addressLow(address), high: addressHigh(address) });
    at += bytes.length;
  }
  return pinned;
}

interface PinnedAddress extends Pinned {
  readonly family: number;
  readonly bytes: number;
}

/** Socket addresses where the kernel can read them; each is encoded once. */
class AddressTable {
  readonly #libc: Libc;
  readonly #known = new Map<string, PinnedAddress>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  of(address: string, port: number): PinnedAddress {
    const key = `${address} ${port}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      const { family, bytes } = socketAddress(address, port);
      const memory = this.#libc.map(bytes.length, -1, 0);
      new Uint8Array(memory.buffer).set(bytes);
      known = { family, bytes: bytes.length, low: addressLow(memory.address), high: addressHigh(memory.address) };
      this.#known.set(key, known);
    }
    return known;
  }
}
