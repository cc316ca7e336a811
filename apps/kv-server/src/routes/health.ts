import type { FastifyInstance } from "fastify";
import { Deadline } from "../cluster/deadline.ts";
import { troublesIn } from "../cluster/peer-troubles.ts";
import { foundingOf, grievanceOf } from "../cluster/standing.ts";
import type { Answer } from "../http/answer.ts";
import { send } from "../http/send.ts";
import type { Services } from "./services.ts";

const checkTimeoutMs = 1000;

interface Check {
  readonly name: string;
  /** Resolves if all is well; what it rejects with says what is not. */
  readonly run: () => Promise<void>;
}

/** `/livez`: the process answers. `/readyz`: this node can serve. One line per check, 503 when one fails. */
export function healthRoutes(app: FastifyInstance, services: Services): void {
  const checks = readiness(services);
  app.get("/livez", (_request, reply) => send(reply, text(200, ["[+]process ok"])));
  app.get("/readyz", async (_request, reply) => {
    const lines = await Promise.all(checks.map(lineOf));
    return send(reply, text(lines.every((line) => line.startsWith("[+]")) ? 200 : 503, lines));
  });
}

function readiness({ node, reads, obstacle, linkStats, probeStorage }: Services): readonly Check[] {
  const leader = async (): Promise<void> => {
    const status = node.status();
    if (status.leader !== undefined) return;
    const stats = linkStats?.();
    const troubles = stats === undefined ? [] : troublesIn(stats);
    const what = foundingOf(status) ?? "this node knows of no leader";
    throw new Error([what, obstacle(), ...troubles].filter(Boolean).join("; "));
  };
  // A linearizable read waits until this node has applied all that the cluster had committed when it was asked.
  const log = async (): Promise<void> => {
    const nothing = { type: "get", key: new Uint8Array([0]) } as const;
    try {
      await reads.perform(nothing, "linearizable", new Deadline(checkTimeoutMs));
    } catch (error) {
      const { appliedIndex, lastIndex } = node.status();
      throw new Error(`applied ${appliedIndex} of ${lastIndex} entries, not known to be all`, { cause: error });
    }
  };
  const storage = async (): Promise<void> => {
    const { failed } = node.status();
    if (failed !== undefined) throw new Error(failed.message);
    await probeStorage();
  };
  const member = async (): Promise<void> => {
    const grievance = grievanceOf(node.status());
    if (grievance !== undefined) throw new Error(`${grievance.detail}; remedy: ${grievance.remedy}`);
  };
  return [
    { name: "member", run: member },
    { name: "leader", run: leader },
    { name: "log", run: log },
    { name: "storage", run: storage },
  ];
}

async function lineOf({ name, run }: Check): Promise<string> {
  try {
    await run();
    return `[+]${name} ok`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `[-]${name} failed: ${why.replaceAll("\n", " ")}`;
  }
}

function text(status: number, lines: readonly string[]): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${lines.join("\n")}\n` };
}
