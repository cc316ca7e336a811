import type { Effect, Logger, NodeId, Role } from "@quorate/raft-core";
import { type Core, memberOf } from "./core.ts";
import type { Events } from "./events.ts";

/** Splits what the core says about role, term and leader at once into one event for each that has changed. */
export class RoleTeller {
  readonly #core: Pick<Core, "memberOf">;
  readonly #events: Events;
  readonly #logger: Logger;
  #role: Role;
  #term: number;
  #leader: NodeId | undefined;

  constructor(core: Pick<Core, "memberOf" | "role" | "term" | "leader">, events: Events, logger: Logger) {
    this.#core = core;
    this.#events = events;
    this.#logger = logger;
    this.#role = core.role;
    this.#term = core.term;
    this.#leader = core.leader;
  }

  tell({ role, term, leader }: Extract<Effect, { type: "role" }>): void {
    const isRoleNew = role !== this.#role || term !== this.#term;
    const isLeaderNew = leader !== this.#leader;
    this.#role = role;
    this.#term = term;
    this.#leader = leader;
    this.#logger.info("role or leader changed", { role, term, leader });
    if (isRoleNew) this.#events.emit("role", { role, term });
    if (isLeaderNew) this.#events.emit("leader", { leader: memberOf(this.#core, leader), term });
  }
}
