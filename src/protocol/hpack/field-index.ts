/**
 * Where the fields of a table are: the encoder's way from a field to its place. Names and values are looked up one after
 * the other, so that nothing has to be joined and no two fields are mistaken for each other.
 */

interface Name {
  /** The place of the first field that has this name. */
  readonly place: number;
  readonly placeByValue: Map<string, number>;
}

export class FieldIndex {
  readonly #names = new Map<string, Name>();

  clear(): void {
    this.#names.clear();
  }

  add(name: string, value: string, place: number): void {
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, { place, placeByValue: new Map([[value, place]]) });
    else known.placeByValue.set(value, place);
  }

  /** The place of a field; -1 for none. */
  field(name: string, value: string): number {
    return this.#names.get(name)?.placeByValue.get(value) ?? -1;
  }

  /** The place of some field of that name; -1 for none. */
  name(name: string): number {
    return this.#names.get(name)?.place ?? -1;
  }
}
