/** What some worlds have beyond users who repeat one list of requests: arrivals, two flows, users who heed failures. */
import { RateIntegral } from "../../src/base/rate-integral.ts";
import { NS_PER_SECOND } from "../../src/base/units.ts";
import { ON_FAILURES } from "../../src/model/rule.ts";
import type { Flow, Scenario, SequenceStep } from "../../src/model/scenario.ts";
import type { Dice } from "../../src/sim/dice.ts";

/** Chances per mille that a world is one of these, and in it of each part. */
const TRAFFIC_WORLDS = 400;
const OPEN = 500;
const TWO_FLOWS = 500;

export interface TrafficWanted {
  readonly shards: number;
  /** Requests that the world should come to. */
  readonly requests: number;
  /** When the run ends, if it is not by iterations. */
  readonly durationNs: number;
}

/** The scenario, or one with the same targets and requests and other traffic. */
export function drawTraffic(dice: Dice, scenario: Scenario, wanted: TrafficWanted): Scenario {
  if (!dice.chance(TRAFFIC_WORLDS)) return scenario;
  const [first] = scenario.flows as [Flow];
  const onFailure = dice.pick(ON_FAILURES);
  const requests = scenario.requests.map((request) => ({
    ...request,
    onFailure: dice.chance(100) ? dice.pick(ON_FAILURES) : null,
  }));
  const flows = requests.length > 1 && dice.chance(TWO_FLOWS) ? twoFlows(dice, first, requests.length) : [first];
  const changed = { ...scenario, requests, flows: flows.map((flow) => ({ ...flow, onFailure })) };
  const closed = { ...changed, groups: [{ ...scenario.groups[0]!, flows: flows.map((_, index) => index) }] };
  return dice.chance(OPEN) ? opened(dice, closed, wanted) : closed;
}

/** Two flows that their first request tells apart: the one begins with request 0, the other never has it first. */
function twoFlows(dice: Dice, { thinkTime, onFailure }: Flow, requestCount: number): Flow[] {
  const others = Array.from({ length: requestCount - 1 }, (_, index) => index + 1);
  const steps: SequenceStep[] = [
    { request: 0, repeat: dice.between(1, 2) },
    ...Array.from({ length: dice.below(3) }, () => ({ request: dice.below(requestCount), repeat: dice.between(1, 2) })),
  ];
  const common = { weight: dice.between(1, 5), thinkTime, onFailure };
  const used = [...new Set(steps.map(({ request }) => request))];
  return [
    { ...common, name: "one", steps, requests: used },
    { ...common, name: "other", weight: dice.between(1, 5), steps: null, requests: others },
  ];
}

function opened(dice: Dice, scenario: Scenario, { shards, requests, durationNs }: TrafficWanted): Scenario {
  const perSecond = Math.max(1, Math.round((requests * NS_PER_SECOND) / durationNs));
  const microRate = (): number => dice.between(0, 2 * perSecond) * 1e6 + dice.below(1e6);
  const constant = perSecond * 1e6 + dice.below(1e6);
  const stages = dice.chance(500)
    ? [{ durationNs, fromMicroRate: constant, toMicroRate: constant }]
    : Array.from({ length: dice.between(1, 3) }, () => ({
        durationNs: dice.between(1, durationNs),
        fromMicroRate: microRate(),
        toMicroRate: microRate(),
      }));
  const lengthNs = Math.min(
    durationNs,
    stages.reduce((sum, stage) => sum + stage.durationNs, 0),
  );
  const aliveMax = dice.between(shards, 60);
  const { arrivals } = new RateIntegral(stages, lengthNs);
  if (arrivals === 0) return opened(dice, scenario, { shards, requests, durationNs });
  const schedule = {
    type: "arrivals",
    stages,
    distribution: dice.pick(["even", "poisson"] as const),
    aliveMax,
  } as const;
  return {
    ...scenario,
    usersMax: aliveMax,
    identities: arrivals,
    durationNs: lengthNs,
    iterations: null,
    groups: [{ ...scenario.groups[0]!, schedule, firstIdentity: 0, identities: arrivals }],
  };
}
