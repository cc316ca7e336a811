import { Entry, type Message, type NodeId, seededRandom } from "@quorate/raft-core";
import { expect } from "vitest";
import { RaftNode } from "../../src/index.ts";
import { PlayedTransport } from "../support/played-transport.ts";
import { TextMachine, text } from "../support/text-machine.ts";
import { VirtualClock } from "../support/virtual-clock.ts";
import type { Content } from "./model.ts";
import { type Disk, members, script } from "./script.ts";

const decoder = new TextDecoder();

/** The lines of every snapshot of the script, by index. */
const snapshotLines: ReadonlyMap<number, readonly string[]> = new Map(
  script
    .flatMap((step) => (step.type === "at once" ? step.steps : [step]))
    .flatMap((step) => ("lines" in step ? [[step.snapshot.index, step.lines] as const] : [])),
);

/** What a node makes of a disk with this content: a log that does not fit to the snapshot begins anew behind that. */
function fitted(content: Content): Pick<Content, "hardState" | "base" | "entries"> {
  const { hardState, base, entries, snapshot } = content;
  if (snapshot === undefined) return { hardState, base, entries };
  const at = snapshot.index === base.index ? base : entries.find(({ index }) => index === snapshot.index);
  if (at?.term === snapshot.term) return { hardState, base, entries };
  const isLater = snapshot.term > hardState.term;
  return {
    hardState: isLater ? { ...hardState, term: snapshot.term, votedFor: undefined } : hardState,
    base: snapshot,
    entries: [],
  };
}

/**
 * Opens a node on a disk that holds `content` and holds it to its promises: it neither votes for another in a term in
 * which it has voted, nor for an earlier term's candidate; it has the whole log to the last entry, whose leader may add
 * to it and commit it; and its state is that of the snapshot and of every command behind it.
 */
export async function expectLifeGoesOn(disk: Disk, content: Content): Promise<void> {
  const clock = new VirtualClock();
  const transport = new PlayedTransport();
  const machine = new TextMachine();
  const ports = { ...disk, transport, clock, stateMachine: machine, random: seededRandom(1) };
  const node = await clock.during(RaftNode.open({ id: "n1", members, ...ports }));
  const asked = async (from: NodeId, message: Message): Promise<Message | undefined> => {
    const before = transport.sent.length;
    transport.handler?.receive(from, message);
    await clock.settle();
    return transport.sent.slice(before).find(({ to, message: { type } }) => to === from && type.endsWith("-reply"))
      ?.message;
  };

  const { hardState, base, entries } = fitted(content);
  const { term, votedFor } = hardState;
  const last = entries.at(-1) ?? (base.index === 0 ? { index: 1, term: 0 } : base);
  expect(node.status()).toMatchObject({ term, lastIndex: last.index });
  const other = votedFor === "n3" ? "n2" : "n3";
  const candidacy = { type: "request-vote", pre: false, lastIndex: 1_000, lastTerm: term } as const;
  if (term > 0) expect(await asked(other, { ...candidacy, term: term - 1 })).toMatchObject({ granted: false, term });
  if (votedFor !== undefined)
    expect(await asked(other, { ...candidacy, term })).toMatchObject({ granted: false, term });

  const next = new Entry(last.index + 1, term + 1, "command", text("and so on"));
  const appended = await asked("n2", {
    type: "append-entries",
    term: term + 1,
    prevIndex: last.index,
    prevTerm: last.term,
    entries: [next],
    commitIndex: next.index,
  });
  expect(appended).toMatchObject({ accepted: true, matchIndex: next.index });
  const covered = content.snapshot?.index ?? 0;
  const commands = entries.filter(({ index, kind }) => index > covered && kind === "command");
  const lines = commands.map(({ data }) => decoder.decode(data));
  expect(machine.lines).toEqual([...(snapshotLines.get(covered) ?? []), ...lines, "and so on"]);
  expect(node.status().failed).toBeUndefined();
  await clock.during(node.close());
}
