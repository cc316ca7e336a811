import type { WhyKey } from "@quorate/cluster-lab";
import type { ListWords, SentenceValues, WhySentence } from "./sentences.ts";

const timer = ({ inMs }: Pick<SentenceValues, "inMs">): string =>
  inMs === "" ? "" : ` Its election timer runs out in ${inMs} ms.`;
const was = (list: string): string => (list.includes(",") ? "were" : "was");

export const englishLists: ListWords = { comma: ", ", nobody: "nobody" };

/** Every fact of the engine as an English sentence. */
export const englishWhy: Readonly<Record<WhyKey, WhySentence>> = {
  "node.starting": ({ node }) => `${node} has just been started and reads its disk. It will be a follower.`,
  "node.down": ({ node }) =>
    `${node} is down: its process has died. When it starts again, it goes on from what its disk holds.`,
  "node.paused": ({ node }) => `${node} stands still; what is sent to it piles up.`,
  "node.failed": ({ node, reason }) => `${node} has stopped itself: ${reason}.`,
  "node.forgotten": ({ node }) =>
    `${node} has lost its disk and with it what it had promised. It has no vote until it is removed and added again.`,
  "node.clock": ({ node, rate }) =>
    `The clock of ${node} runs at ${rate} times the right rate, and its timeouts with it. That costs no safety, but leases rest on clocks.`,
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
  "follower.removed": ({ node }) =>
    `The configuration that ${node} goes by is without it: it counts in no majority, and once it knows that to be committed it never stands.`,
  "pre-candidate.asks": ({ node, term, granted, awaited, refused, needed }) =>
    `${node} heard no leader in time and asks whether it could win term ${term}. Yes: ${granted}; no: ${refused}; no answer yet: ${awaited}. It needs ${needed}.`,
  "candidate.saves-vote": ({ node, term }) =>
    `${node} stands for term ${term}. Its vote for itself has to be on its disk before it asks anybody.`,
  "candidate.asks": ({ node, term, granted, awaited, refused, needed }) =>
    `${node} stands for term ${term}. Votes for it: ${granted}; against: ${refused}; no answer yet: ${awaited}. It needs ${needed}.`,
  "candidate.joint": ({ incoming, outgoing }) =>
    `The members are changing: it needs a majority of ${incoming} and one of ${outgoing}.`,
  "candidate.founding": ({ awaited }) =>
    `The cluster is being founded: the first election takes all founders, since nobody could tell yet if one of them had lost its disk. Awaited: ${awaited}.`,
  "leader.leads": ({ node, term, heard, needed }) =>
    `${node} won the election of term ${term}. It has lately heard from ${heard}; a majority is ${needed}.`,
  "leader.outdated": ({ node, term, laterTerm, others }) =>
    `${node} leads term ${term}, but ${others} ${was(others)} last seen in term ${laterTerm}: once it hears of that term, its lead is over.`,
  "leader.unheard": ({ node, silent, needed }) =>
    `${node} gets no answer from ${silent}. The others are no majority (${needed}), so it will give up within an election timeout.`,
  "leader.powerless": ({ node, silent, needed }) =>
    `${node} gets no answer from ${silent}. The others are no majority (${needed}): it goes on leading, as CheckQuorum is off, but can commit nothing.`,
  "leader.commits-nothing-yet": ({ node, term }) =>
    `${node} has committed nothing of term ${term} yet: until then it cannot know what is committed.`,
  "leader.transferring": ({ node, to }) =>
    `${node} is handing over its lead to ${to} and takes no proposals meanwhile.`,
  "leader.joint": ({ incoming, outgoing }) =>
    `The members are changing: every decision needs a majority of ${incoming} and one of ${outgoing}.`,
  "no-leader.too-few-up": ({ up, needed }) => `Only ${up} can vote; a majority is ${needed}. Nobody can be elected.`,
  "no-leader.partitioned": ({ up, needed }) =>
    `${up} are up, but no node reaches ${needed} of them in both directions. Nobody can be elected.`,
  "no-leader.forgotten": ({ nodes }) =>
    `${nodes} run, but have lost their disks and with them their votes, until they are removed and added again.`,
  "no-leader.founding": ({ up, needed }) =>
    `Nobody has ever led here: the first election takes all ${needed} founders, and only ${up} can vote.`,
  "no-leader.joint": ({ up, incoming, outgoing, needed, outgoingNeeded }) =>
    `The members are changing: an election takes ${needed} of ${incoming} and ${outgoingNeeded} of ${outgoing}. Only ${up} can vote.`,
  "no-leader.split-vote": ({ candidates, term }) =>
    `${candidates} stand for term ${term} at the same time and have split the votes: none of them can win any more. Whoever times out first tries again.`,
  "no-leader.election": ({ candidate, term, granted, awaited, needed }) =>
    `${candidate} stands for term ${term}. Votes for it: ${granted}; no answer yet: ${awaited}. It needs ${needed}.`,
  "no-leader.log-behind": ({ candidate, refused }) =>
    `${refused} refuse ${candidate}: their logs are better than its own, and it might not have what is committed.`,
  "no-leader.loyal": ({ loyal, leader }) =>
    `${loyal} had heard ${leader} less than an election timeout before they were asked, and so would help nobody else.`,
  "no-leader.waits": ({ node, inMs }) =>
    `Everybody waits. The first election timer to run out is that of ${node}${inMs === "" ? "" : `, in ${inMs} ms`}.`,
  "entry.committed": ({ index, knowing, ignorant }) =>
    ignorant === englishLists.nobody
      ? `Entry ${index} is committed, and everybody who has it knows.`
      : `Entry ${index} is committed; ${knowing} know it. ${ignorant} will learn it from the leader.`,
  "entry.no-leader": ({ index }) => `Nobody leads, and only a leader can commit entry ${index}.`,
  "entry.leader-paused": ({ leader, index }) =>
    `${leader} stands still: until it goes on, or another leads, nobody counts who has entry ${index}.`,
  "entry.nowhere": ({ index }) => `No log has an entry ${index}.`,
  "entry.overwritten": ({ index, leader, holders }) =>
    `What ${holders} hold at ${index} is not what ${leader} leads with: it is not committed, and ${leader} will overwrite it if it stays the leader.`,
  "entry.earlier-term": ({ index, term, leaderTerm, waitsFor }) =>
    `Entry ${index} is on the disks of a majority, but it is of term ${term}. The leader counts only entries of its own term ${leaderTerm}: once entry ${waitsFor} is on a majority as well, both are committed.`,
  "entry.acknowledgements": ({ index, have, awaited, needed }) =>
    `As far as the leader knows, entry ${index} is on the disks of ${have}; ${needed} are needed. Awaited: ${awaited}.`,
  "entry.acknowledged": ({ index, have }) =>
    `Entry ${index} is on the disks of a majority: ${have}. The leader commits it in a moment.`,
  "entry.joint": ({ index, have, needed, outgoingHave, outgoingNeeded }) =>
    `Entry ${index} needs two majorities: ${needed} new members (it has ${have}) and ${outgoingNeeded} old ones (it has ${outgoingHave}).`,
  "entry.learners": ({ learners }) => `${learners} have it, too, but learners do not count.`,
  "awaited.down": ({ node }) => `${node} is down.`,
  "awaited.paused": ({ node }) => `${node} stands still.`,
  "awaited.cut-to": ({ node }) => `Nothing gets from the leader to ${node}: the link is cut.`,
  "awaited.cut-from": ({ node }) => `The answers of ${node} do not get to the leader: the link is cut.`,
  "awaited.snapshot": ({ node }) => `${node} is so far behind that it is being sent a snapshot first.`,
  "awaited.conflict": ({ node }) => `The leader is finding out up to where the log of ${node} is the same as its own.`,
  "awaited.disk": ({ node }) => `${node} has the entry, but not on its disk yet.`,
  "awaited.own-disk": ({ node }) =>
    `${node} leads, but its own disk has not saved the entry yet: until then it does not count itself.`,
  "awaited.forgotten": ({ node }) =>
    `${node} has lost its disk: it is not the node that the configuration means, and the leader does not count it.`,
  "awaited.under-way": ({ node }) => `The entry, or the answer of ${node}, is on its way.`,
  "call.node-paused": ({ node }) => `${node}, which was asked, stands still.`,
  "call.no-leader": () => `Nobody leads, and only a leader can see to it.`,
  "call.under-way": ({ leader }) =>
    `What was asked, or the answer, is on its way; ${leader} has nothing left to commit.`,
  "read.first-commit": ({ leader, term }) =>
    `${leader} has committed nothing of term ${term} yet, so it cannot know what the read has to show.`,
  "read.unheard": ({ leader, silent, needed }) =>
    `${leader} gets no answer from ${silent}. Without a majority (${needed}) it cannot know that it still leads, and may not answer.`,
  "read.round": ({ leader, needed }) =>
    `${leader} asks whether it still leads: ${needed}, itself included, must say so after the read came. Then what was committed by then has to be applied.`,
  "read.no-lease": ({ leader }) =>
    `${leader} holds no lease that it could answer by at once, so it has to ask a majority.`,
  "change.catches-up": ({ learners }) =>
    `${learners} get the log first, as learners: they count in no majority before they have caught up.`,
};
