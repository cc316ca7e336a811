import type { SelfEnding } from "../check/record.ts";
import type { Ledger } from "../nemesis/ledger.ts";
import type { Node, NodeWatcher } from "../nodes/node.ts";
import { endingInWords } from "../world/ending.ts";
import type { Ending } from "../world/ending.ts";

/** Keeps and tells which processes have ended that nobody had ended. */
export class Endings implements NodeWatcher {
  readonly all: SelfEnding[] = [];
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Those whose disk was made to fail at some time. */
  get gaveUpOnce(): ReadonlySet<string> {
    return new Set(this.all.filter(({ isExpected }) => isExpected).map(({ node }) => node));
  }

  gaveUp(node: Node, ending: Ending): void {
    this.#keep(node, ending, true);
    this.#ledger.tell(
      "exit",
      `${node.id} gave up with ${endingInWords(ending)}, as its disk fails; it is started again`,
    );
  }

  ended(node: Node, ending: Ending): void {
    this.#keep(node, ending, false);
    this.#ledger.tell("EXIT", `${node.id} ended by itself with ${endingInWords(ending)}`);
  }

  #keep({ id }: Node, { code, signal }: Ending, isExpected: boolean): void {
    this.all.push({ node: id, atMs: Math.round(this.#ledger.nowMs), code, signal, isExpected });
  }
}

/** Ends all nodes in order, and resolves with those that did not: what is wrong in words. */
export async function stopAll(nodes: readonly Node[]): Promise<readonly string[]> {
  const endings = await Promise.all(nodes.map(async (node) => ({ id: node.id, ending: await node.stop() })));
  return endings.flatMap(({ id, ending }) => {
    if (ending === undefined) return [`${id} was not up`];
    return ending.code === 0 ? [] : [`${id} ended with ${endingInWords(ending)} on SIGTERM`];
  });
}
