import type { Model } from "./model.ts";

/** Gives each different state a small number. */
export class StateTable<State> {
  readonly #key: (state: State) => string | number;
  readonly #ids = new Map<string | number, number>();
  readonly #states: State[] = [];

  constructor(model: Pick<Model<State, never, never>, "stateKey">) {
    this.#key = (state) => model.stateKey(state);
  }

  idOf(state: State): number {
    const key = this.#key(state);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#states.push(state) - 1;
    this.#ids.set(key, id);
    return id;
  }

  get(id: number): State {
    if (id >= this.#states.length) throw new RangeError(`no state has number ${id}`);
    return this.#states[id] as State;
  }
}
