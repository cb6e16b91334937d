/**
 * The run as a person watches it. On a terminal a screen that is redrawn in place, a few times a second; elsewhere one
 * line every ten seconds. Both go to stderr, so that stdout keeps the result alone.
 */
import type { LiveRun } from "../drive/live-run.ts";
import { type LiveInfo, renderLive, renderLiveLine } from "../report/live-screen.ts";

const REDRAW_MS = 200;
const LINE_MS = 10_000;
const WIDTH_DEFAULT = 80;
const WIDTH_MAX = 100;
/** Where lines go to a file or a log, nothing is cut off. */
const LOG_WIDTH = 200;

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const ERASE_BELOW = "\x1b[J";

/** What the display shows besides the snapshot; all but the figures that change while it is on. */
export type FixedInfo = Omit<LiveInfo, "ledgerBytes" | "stopping" | "width">;

/** Begins to show `run` on `stream` and returns a function that ends it. */
export function watch(run: LiveRun, stream: NodeJS.WriteStream, info: FixedInfo, redraw: boolean): () => void {
  return redraw ? watchRedrawn(run, stream, info) : watchLines(run, stream, info);
}

function changing(run: LiveRun): Pick<LiveInfo, "ledgerBytes" | "stopping"> {
  return { ledgerBytes: run.ledgerBytes, stopping: run.stopping };
}

function watchRedrawn(run: LiveRun, stream: NodeJS.WriteStream, info: FixedInfo): () => void {
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? "" : `\x1b[${drawn}A\r${ERASE_BELOW}`);
  const draw = (): void => {
    const width = Math.min(stream.columns ?? WIDTH_DEFAULT, WIDTH_MAX);
    const lines = renderLive(run.snapshot(), { ...info, ...changing(run), width });
    stream.write(`${erase()}${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  stream.write(HIDE_CURSOR);
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  return () => {
    clearInterval(timer);
    stream.write(erase() + SHOW_CURSOR);
  };
}

function watchLines(run: LiveRun, stream: NodeJS.WriteStream, info: FixedInfo): () => void {
  const timer = setInterval(() => {
    stream.write(`${renderLiveLine(run.snapshot(), { ...info, ...changing(run), width: LOG_WIDTH })}\n`);
  }, LINE_MS);
  return () => clearInterval(timer);
}
