import type { WhyKey } from "@quorate/cluster-lab";
import type { ListWords, SentenceValues, WhySentence } from "./sentences.ts";

const timer = ({ inMs }: Pick<SentenceValues, "inMs">): string =>
  inMs === "" ? "" : ` Its election timer runs out in ${inMs} ms.`;
const was = (list: string): string => (list.includes(",") ? "were" : "was");

export const englishLists: ListWords = { comma: ", ", nobody: "nobody" };

/** Every fact of the engine as an English sentence. */
export const englishWhy: Readonly<Record<WhyKey, WhySentence>> = {
  "node.starting": ({ node }) => `${node} has just been started and reads its disk. It will be a follower.`,
  "node.down": ({ node }) => `${node} is down: its process has died. What its disk had made durable is still there.`,
  "node.paused": ({ node }) => `${node} stands still; what is sent to it piles up.`,
  "node.failed": ({ node, reason }) => `${node} has stopped itself: ${reason}.`,
  "node.forgotten": ({ node }) =>
    `${node} has lost its disk and with it what it had promised. It has no vote until it is removed and added again.`,
  "follower.hears-leader": ({ node, leader, term, inMs }) =>
    `${node} follows ${leader}, which leads term ${term}: every heartbeat starts its election timer anew.${timer({ inMs })}`,
  "follower.leader-silent": ({ node, leader, inMs }) =>
    `${node} still takes ${leader} for the leader, but nothing comes from there any more.${timer({ inMs })}`,
  "follower.voted": ({ node, candidate, term, inMs }) =>
    `${node} has voted for ${candidate} in term ${term} and waits for the outcome.${timer({ inMs })}`,
  "follower.waits": ({ node, term, inMs }) =>
    `${node} is in term ${term} and has heard of no leader of it.${timer({ inMs })}`,
  "follower.learner": ({ node }) =>
    `${node} is a learner: it gets the log, but counts in no majority and never stands.`,
  "follower.outside": ({ node }) => `${node} belongs to no configuration: it waits until a leader adds it.`,
  "pre-candidate.asks": ({ node, term, granted, awaited, refused, needed }) =>
    `${node} heard no leader in time and asks whether it could win term ${term}. Yes: ${granted}; no: ${refused}; no answer yet: ${awaited}. It needs ${needed}.`,
  "candidate.saves-vote": ({ node, term }) =>
    `${node} stands for term ${term}. Its vote for itself has to be on its disk before it asks anybody.`,
  "candidate.asks": ({ node, term, granted, awaited, refused, needed }) =>
    `${node} stands for term ${term}. Votes for it: ${granted}; against: ${refused}; no answer yet: ${awaited}. It needs ${needed}.`,
  "leader.leads": ({ node, term, heard, needed }) =>
    `${node} won the election of term ${term}. It has lately heard from ${heard}; a majority is ${needed}.`,
  "leader.outdated": ({ node, term, laterTerm, others }) =>
    `${node} leads term ${term}, but ${others} ${was(others)} last seen in term ${laterTerm}: the first message from there ends its lead.`,
  "leader.unheard": ({ node, silent, needed }) =>
    `${node} gets no answer from ${silent}: that is fewer than the ${needed} it needs, so it will give up within an election timeout.`,
  "leader.commits-nothing-yet": ({ node, term }) =>
    `${node} has committed nothing of term ${term} yet: until then it cannot know what is committed.`,
  "leader.transferring": ({ node, to }) =>
    `${node} is handing over its lead to ${to} and takes no proposals meanwhile.`,
  "leader.joint": ({ incoming, outgoing }) =>
    `The members are changing: every decision needs a majority of ${incoming} and one of ${outgoing}.`,
  "no-leader.too-few-up": ({ up, needed }) => `Only ${up} can vote; a majority is ${needed}. Nobody can be elected.`,
  "no-leader.partitioned": ({ up, needed }) =>
    `${up} are up, but no node reaches ${needed} of them in both directions. Nobody can be elected.`,
  "no-leader.split-vote": ({ candidates, term }) =>
    `${candidates} stand for term ${term} at the same time and share the votes between them. Whoever times out first tries again.`,
  "no-leader.election": ({ candidate, term, granted, awaited, needed }) =>
    `${candidate} stands for term ${term}. Votes for it: ${granted}; no answer yet: ${awaited}. It needs ${needed}.`,
  "no-leader.log-behind": ({ candidate, refused }) =>
    `${refused} refuse ${candidate}: their logs are better than its own, and it might not have what is committed.`,
  "no-leader.loyal": ({ loyal, leader }) =>
    `${loyal} heard ${leader} less than an election timeout ago and help nobody else yet.`,
  "no-leader.waits": ({ node, inMs }) =>
    `Everybody waits. The first election timer to run out is that of ${node}${inMs === "" ? "" : `, in ${inMs} ms`}.`,
  "entry.committed": ({ index, knowing, ignorant }) =>
    ignorant === englishLists.nobody
      ? `Entry ${index} is committed, and everybody who has it knows.`
      : `Entry ${index} is committed; ${knowing} know it. ${ignorant} will learn it with the leader's next message.`,
  "entry.no-leader": ({ index }) => `Nobody leads, and only a leader can commit entry ${index}.`,
  "entry.nowhere": ({ index }) => `No log has an entry ${index}.`,
  "entry.overwritten": ({ index, leader, holders }) =>
    `What ${holders} hold at ${index} is not what ${leader} leads with: it was never committed and will be overwritten.`,
  "entry.earlier-term": ({ index, term, leaderTerm, waitsFor }) =>
    `Entry ${index} stands on a majority, but it is of term ${term}. The leader counts only entries of its own term ${leaderTerm}: entry ${waitsFor} will commit both.`,
  "entry.acknowledgements": ({ index, have, awaited, needed }) =>
    `Entry ${index} is on the disks of ${have}; ${needed} are needed. Awaited: ${awaited}.`,
  "entry.joint": ({ index, have, needed, outgoingHave, outgoingNeeded }) =>
    `Entry ${index} needs two majorities: ${needed} new members (it has ${have}) and ${outgoingNeeded} old ones (it has ${outgoingHave}).`,
  "awaited.down": ({ node }) => `${node} is down.`,
  "awaited.paused": ({ node }) => `${node} stands still.`,
  "awaited.cut-to": ({ node }) => `Nothing gets from the leader to ${node}: the link is cut.`,
  "awaited.cut-from": ({ node }) => `The answers of ${node} do not get to the leader: the link is cut.`,
  "awaited.snapshot": ({ node }) => `${node} is so far behind that it is being sent a snapshot first.`,
  "awaited.conflict": ({ node }) => `The leader is finding out up to where the log of ${node} is the same as its own.`,
  "awaited.disk": ({ node }) => `${node} has the entry, but not on its disk yet.`,
  "awaited.under-way": ({ node }) => `The entry, or the answer of ${node}, is on its way.`,
};
