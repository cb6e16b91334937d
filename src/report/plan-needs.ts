/** What a plan takes of the machine beside what there is of it: sockets, ports, disk. */
import type { Plan } from "../model/plan.ts";
import { left, printable, right, widest } from "./columns.ts";
import type { Page } from "./page.ts";
import { AT_MOST, amountText } from "./plan-words.ts";
import { formatBytes, formatCount, plural } from "./units.ts";

const LABEL_MAX = 38;
const NEED = 22;
const DESTINATIONS_MAX = 8;

interface Need {
  readonly what: string;
  readonly needed: string;
  readonly available: string;
  readonly fits: boolean;
}

export function writeNeeds(page: Page, plan: Plan): void {
  const { style } = page;
  const needs = [...socketNeeds(plan), ...ledgerNeeds(plan)];
  const label = Math.min(LABEL_MAX, widest(needs.map(({ what }) => what)) + 2);
  page.heading("It takes");
  for (const { what, needed, available, fits } of needs) {
    page.row(
      [left(what, label), style.plain],
      [right(needed, NEED), fits ? style.plain : style.warning],
      [fits ? "   " : " ! ", style.warning],
      [available, fits ? style.faint : style.warning],
    );
  }
  const negotiated = plan.connections.targets.filter(({ connections_http2: http2 }) => http2 !== null);
  for (const { name, connections_http2: http2 } of negotiated) {
    const where = name === "" ? "" : ` to ${printable(name)}`;
    page.explain(`With HTTP/2, if the server agrees on it, at most ${plural(http2!, "connection")}${where}.`);
  }
}

function socketNeeds({ connections }: Plan): Need[] {
  const { file_descriptors: files, file_descriptors_max: filesMax, local_ports: ports } = connections;
  const { destinations } = connections;
  return [
    {
      what: "open files",
      needed: `${AT_MOST} ${formatCount(files)}`,
      available: `of ${filesMax === null ? "a number that the system does not say" : formatCount(filesMax)} that the process may have`,
      fits: filesMax === null || files <= filesMax,
    },
    ...destinations.slice(0, DESTINATIONS_MAX).map(({ address, connections: needed }) => ({
      what: `connections to ${printable(address)}`,
      needed: `${AT_MOST} ${formatCount(needed)}`,
      available: ports === null ? "" : `of ${formatCount(ports)} local ports`,
      fits: ports === null || needed <= ports,
    })),
    ...(destinations.length > DESTINATIONS_MAX
      ? [
          {
            what: `and ${formatCount(destinations.length - DESTINATIONS_MAX)} more`,
            needed: "",
            available: "",
            fits: true,
          },
        ]
      : []),
  ];
}

function ledgerNeeds({ ledger, duration_seconds: seconds }: Plan): Need[] {
  const { bytes, bytes_max: bytesMax, free_disk_bytes: free, folder } = ledger;
  const disk = free === null ? "" : `of ${formatBytes(free)} free at ${printable(folder)}`;
  const needs: Need[] = [];
  if (bytes === null) {
    const perMillion = ledger.bytes_per_million_requests;
    needs.push({
      what: "ledger, per million requests",
      needed: formatBytes(perMillion),
      available: disk,
      fits: free === null || free >= perMillion,
    });
  } else {
    needs.push({
      what: "ledger",
      needed: amountText(bytes, formatBytes),
      available: disk,
      fits: free === null || bytes.value <= free,
    });
  }
  needs.push({
    what: "",
    needed: "",
    available: `of ${formatBytes(bytesMax)} (max_event_log_size_mb)`,
    fits: bytes === null || bytes.value <= bytesMax,
  });
  if (seconds === null || bytes === null) {
    needs.push({
      what: "",
      needed: "",
      available: `and ${formatBytes(ledger.bytes_per_second)} for each second`,
      fits: true,
    });
  }
  return needs;
}
