/** Options whose value is a list with commas. */
import { InvalidArgumentError } from "commander";
import { PERCENTILES_MAX } from "../base/limits.ts";
import { KIND, KIND_NAMES, type KindName } from "../model/entry.ts";
import { nameHint } from "../scenario/nearest.ts";

const EVENT_KINDS = KIND_NAMES.filter((name) => KIND[name] !== KIND.text);

/** "25,50,99.99" as numbers, each once, in the order given. */
export function percentiles(text: string): number[] {
  const parts = text.split(",").map((part) => part.trim());
  const wrong = parts.find((part) => !/^\d{1,3}(\.\d{1,6})?$/.test(part) || Number(part) > 100);
  if (wrong !== undefined) {
    throw new InvalidArgumentError(`"${wrong}": expected percentages from 0 to 100, such as 25,50,99.99.`);
  }
  if (parts.length > PERCENTILES_MAX)
    throw new InvalidArgumentError(`expected at most ${PERCENTILES_MAX} percentiles.`);
  return [...new Set(parts.map(Number))];
}

/** "request_failed,request_timed_out" as kinds of event. */
export function eventKinds(text: string): KindName[] {
  return text.split(",").map((part) => {
    const kind = EVENT_KINDS.find((name) => name === part.trim());
    if (kind === undefined) {
      const hint = nameHint(part.trim(), EVENT_KINDS, "the kinds are");
      throw new InvalidArgumentError(`there is no kind "${part.trim()}": ${hint}`);
    }
    return kind;
  });
}
