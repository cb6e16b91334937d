/**
 * The size of the ledger beforehand (docs/LEDGER.md). What the plan decides is added up; what the network decides, and
 * how full the blocks will be, is estimated.
 */
import {
  BLOCK_BYTES,
  BLOCK_CELLS_MAX,
  BLOCK_FLUSH_NS,
  BLOCK_HEADER_BYTES,
  CELL_BYTES,
  HEARTBEAT_NS,
  RESOLUTION_TTL_NS,
} from "../base/limits.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import { isAddress } from "../client/client-plan.ts";
import { textCells } from "../ledger/cell.ts";
import type { Amount, LedgerPart, PlannedLedger, PlannedRequest, Precision } from "../model/plan.ts";
import type { Scenario } from "../model/scenario.ts";
import { about, exactly, sumOf, times } from "./amounts.ts";

/** Issued, and how it ended. */
const CELLS_PER_REQUEST = 2;
/** Came, and left. */
const CELLS_PER_USER = 2;
/** Opened, and closed. */
const CELLS_PER_CONNECTION = 2;
/** What a capture is taken to find, and the JSON of a shadow (model/template). */
const CAPTURED_BYTES = 64;
const SHADOW_BYTES = 120;
/** The JSON of a verdict. */
const CRITERION_BYTES = 160;
/** A shard that has anything to say says it in so many blocks a second. */
const BLOCKS_PER_SECOND = NS_PER_SECOND / BLOCK_FLUSH_NS;
const SECONDS_PER_RESOLUTION = RESOLUTION_TTL_NS / NS_PER_SECOND;
const HEARTBEATS_PER_SECOND = NS_PER_SECOND / HEARTBEAT_NS;

export interface LedgerWork {
  readonly requests: Amount | null;
  readonly byRequest: readonly PlannedRequest[];
  /** Users and arrivals, each time one comes. */
  readonly spawns: Amount;
  readonly sockets: Amount;
  /** Null when iterations end the run. */
  readonly seconds: number | null;
  readonly shards: number;
  readonly manifestBytes: number;
}

export interface LedgerPlace {
  readonly folder: string;
  readonly freeDiskBytes: number | null;
}

export function planLedger(scenario: Scenario, work: LedgerWork, place: LedgerPlace): PlannedLedger {
  const { requests, spawns, sockets, seconds, shards } = work;
  const captures = scenario.captures.map(({ request, secret }) => ({
    request,
    bytes: CELL_BYTES * cellsWithText(secret ? SHADOW_BYTES : CAPTURED_BYTES),
  }));
  const named = scenario.targets.filter(({ host }) => !isAddress(host)).length;
  const resolutions = named * shards * Math.max(1, Math.ceil((seconds ?? 0) / SECONDS_PER_RESOLUTION));
  const parts: { name: LedgerPart; bytes: Amount | null }[] = [
    { name: "manifest", bytes: exactly(CELL_BYTES * cellsWithText(work.manifestBytes)) },
    { name: "requests", bytes: timesIfKnown(requests, CELLS_PER_REQUEST * CELL_BYTES) },
    ...(captures.length === 0
      ? []
      : [
          {
            name: "captures" as const,
            bytes: sumOf(
              captures.map(({ request, bytes }) => timesIfKnown(work.byRequest[request]!.requests, bytes, "about")),
            ),
          },
        ]),
    { name: "users", bytes: times(spawns, CELLS_PER_USER * CELL_BYTES) },
    {
      name: "connections",
      bytes: about(CELL_BYTES * (CELLS_PER_CONNECTION * sockets.value + resolutions)),
    },
    {
      name: "seconds",
      bytes: seconds === null ? about(0) : about(CELL_BYTES * shards * Math.floor(seconds * HEARTBEATS_PER_SECOND)),
    },
    // Each shard begins its stop, the run ends.
    {
      name: "end",
      bytes: about(CELL_BYTES * (shards + 1 + scenario.criteria.length * cellsWithText(CRITERION_BYTES))),
    },
  ];
  const cells = sumOf(parts.map(({ bytes }) => timesIfKnown(bytes, 1 / CELL_BYTES)));
  const blocks = cells === null ? null : about(blocksOf(cells.value, seconds, shards) * BLOCK_HEADER_BYTES);
  parts.push({ name: "blocks", bytes: blocks });
  const perRequest =
    CELLS_PER_REQUEST * CELL_BYTES +
    captures.reduce((sum, { request, bytes }) => sum + bytes * (work.byRequest[request]!.share ?? 0), 0);
  return {
    bytes: sumOf(parts.map(({ bytes }) => bytes)),
    parts,
    bytes_per_million_requests: Math.round((1_000_000 * perRequest * BLOCK_BYTES) / (BLOCK_BYTES - BLOCK_HEADER_BYTES)),
    bytes_per_second: shards * (HEARTBEATS_PER_SECOND * CELL_BYTES + BLOCKS_PER_SECOND * BLOCK_HEADER_BYTES),
    bytes_max: scenario.limits.eventLogBytesMax,
    folder: place.folder,
    free_disk_bytes: place.freeDiskBytes,
  };
}

function timesIfKnown(amount: Amount | null, factor: number, ofFactor: Precision = "exact"): Amount | null {
  return amount === null ? null : times(amount, factor, ofFactor);
}

function cellsWithText(textBytes: number): number {
  return 1 + textCells(textBytes);
}

/** A block goes when it is full, or BLOCK_FLUSH_NS after its first cell. */
function blocksOf(cells: number, seconds: number | null, shards: number): number {
  const flushed = (seconds ?? 0) * BLOCKS_PER_SECOND * shards;
  return Math.ceil(Math.max(cells / BLOCK_CELLS_MAX, Math.min(cells, flushed))) + shards + 2;
}
