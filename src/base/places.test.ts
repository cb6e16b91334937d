import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_PLACE, Places } from "./places.ts";

test("fixed places are a shard's own identities, in order", () => {
  const places = Places.fixed(10, 1, 3);
  expect(places.capacity).toBe(3);
  expect([1, 4, 7].map((identity) => places.find(identity))).toEqual([0, 1, 2]);
  expect([0, 2, 10, 13].map((identity) => places.find(identity))).toEqual([NO_PLACE, NO_PLACE, NO_PLACE, NO_PLACE]);
  expect([0, 1, 2].map((place) => places.identityOf(place))).toEqual([1, 4, 7]);
});

test("pooled places: as a map with a bound, whatever comes and goes", () => {
  // Identities whose hashes collide are as likely as any: the table is small.
  const step = fc.record({ isTake: fc.boolean(), identity: fc.oneof(fc.nat(40), fc.constant(0xffffffff)) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const places = Places.pooled(12);
      const model = new Map<number, number>();
      for (const { isTake, identity } of steps) {
        if (isTake) {
          const place = places.take(identity);
          if (model.has(identity)) expect(place).toBe(model.get(identity));
          else if (model.size === 12) expect(place).toBe(NO_PLACE);
          else {
            expect([...model.values()]).not.toContain(place);
            expect(place).toBeGreaterThanOrEqual(0);
            expect(place).toBeLessThan(12);
            model.set(identity, place);
          }
        } else if (model.has(identity)) {
          places.release(model.get(identity)!);
          model.delete(identity);
        }
        expect(places.free).toBe(12 - model.size);
        for (let each = 0; each <= 40; each++) expect(places.find(each)).toBe(model.get(each) ?? NO_PLACE);
        for (const [each, place] of model) expect(places.identityOf(place)).toBe(each);
      }
    }),
  );
});
