import type { RequestListener } from "node:http";
import type { FloorRole } from "./floor-role.ts";

export interface StatusPagesOptions {
  readonly leaderId: string;
  /** Undefined at a follower. */
  readonly leader: FloorRole | undefined;
  readonly role: FloorRole;
  readonly counters: { readonly syncs: number; readonly entries: number };
}

/** What is asked of a node besides puts: `/v1/status` and `/metrics`, as far as a cluster that is measured wants them. */
export class StatusPages {
  readonly #options: StatusPagesOptions;

  constructor(options: StatusPagesOptions) {
    this.#options = options;
  }

  readonly answer: RequestListener = (request, response) => {
    const { url } = request;
    const body = url === "/v1/status" ? this.#status() : url === "/metrics" ? this.#metrics() : undefined;
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body);
  };

  /** Nobody leads, and nobody follows, before all have heard of one another. */
  #status(): string {
    const { leaderId, leader, role } = this.#options;
    const appliedIndex = role.safeIndex;
    if (!role.isReady) return JSON.stringify({ role: "candidate", leader: null, appliedIndex });
    return JSON.stringify({
      role: leader === undefined ? "follower" : "leader",
      leader: { id: leaderId },
      appliedIndex,
    });
  }

  #metrics(): string {
    const { syncs, entries } = this.#options.counters;
    return `quorate_log_syncs_total ${syncs}\nquorate_log_entries_total ${entries}\n`;
  }
}
