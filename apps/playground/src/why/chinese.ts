import type { WhyKey } from "@quorate/cluster-lab";
import type { ListWords, SentenceValues, WhySentence } from "./sentences.ts";

const timer = ({ inMs }: Pick<SentenceValues, "inMs">): string =>
  inMs === "" ? "" : `它的选举定时器将在 ${inMs} 毫秒后到期。`;

export const chineseLists: ListWords = { comma: "、", nobody: "无" };

/** Every fact of the engine as a Chinese sentence. */
export const chineseWhy: Readonly<Record<WhyKey, WhySentence>> = {
  "node.starting": ({ node }) => `${node} 刚刚启动，正在读取磁盘。随后它会是跟随者。`,
  "node.down": ({ node }) => `${node} 已宕机：进程已死。重新启动后，它会从磁盘上的内容继续。`,
  "node.paused": ({ node }) => `${node} 停住不动；发给它的消息正在堆积。`,
  "node.failed": ({ node, reason }) => `${node} 已自行停止：${reason}。`,
  "node.forgotten": ({ node }) => `${node} 丢失了磁盘，也就忘记了它的承诺。在被移除并重新加入之前，它没有投票权。`,
  "node.clock": ({ node, rate }) =>
    `${node} 的时钟以正常速率的 ${rate} 倍运行，它的超时也随之变化。这不影响安全性，但租约依赖时钟。`,
  "follower.hears-leader": ({ node, leader, term, inMs }) =>
    `${node} 跟随 ${leader}，后者领导任期 ${term}：每次心跳都会重置它的选举定时器。${timer({ inMs })}`,
  "follower.leader-silent": ({ node, leader, inMs }) =>
    `${node} 仍把 ${leader} 当作领导者，但那边已不再有消息传来。${timer({ inMs })}`,
  "follower.voted": ({ node, candidate, term, inMs }) =>
    `${node} 在任期 ${term} 投票给了 ${candidate}，正等待结果。${timer({ inMs })}`,
  "follower.waits": ({ node, term, inMs }) => `${node} 处于任期 ${term}，还没听说该任期的领导者。${timer({ inMs })}`,
  "follower.learner": ({ node }) => `${node} 是学习者：它接收日志，但不计入任何多数，也从不参选。`,
  "follower.outside": ({ node }) => `${node} 不属于任何配置：它在等待某个领导者把它加入。`,
  "follower.removed": ({ node }) =>
    `${node} 所依据的配置里没有它自己：它不计入任何多数；一旦得知该配置已提交，它便不再参选。`,
  "pre-candidate.asks": ({ node, term, granted, awaited, refused, needed }) =>
    `${node} 没有及时听到领导者，于是询问自己能否赢得任期 ${term}：愿意投票的有 ${granted}，不愿意的有 ${refused}，尚未答复的有 ${awaited}；需要 ${needed} 个。`,
  "candidate.saves-vote": ({ node, term }) => `${node} 参选任期 ${term}。投给自己的一票必须先落盘，才能向别人要票。`,
  "candidate.asks": ({ node, term, granted, awaited, refused, needed }) =>
    `${node} 参选任期 ${term}：已投票给它的有 ${granted}，拒绝的有 ${refused}，尚未答复的有 ${awaited}；需要 ${needed} 票。`,
  "candidate.joint": ({ incoming, outgoing }) =>
    `成员正在变更：它须得到 ${incoming} 的多数，且得到 ${outgoing} 的多数。`,
  "candidate.founding": ({ awaited }) =>
    `集群正在创建：首次选举须得到全体创始成员的同意，因为此时还无法辨认谁丢失过磁盘。还在等待：${awaited}。`,
  "leader.leads": ({ node, term, heard, needed }) =>
    `${node} 赢得了任期 ${term} 的选举。它最近听到了 ${heard}；多数为 ${needed}。`,
  "leader.outdated": ({ node, term, laterTerm, others }) =>
    `${node} 领导任期 ${term}，但 ${others} 已进入任期 ${laterTerm}：它一旦得知该任期，领导即告结束。`,
  "leader.unheard": ({ node, silent, needed }) =>
    `${node} 得不到 ${silent} 的答复：其余的不足多数（${needed} 个），它将在一个选举超时内放弃领导。`,
  "leader.powerless": ({ node, silent, needed }) =>
    `${node} 得不到 ${silent} 的答复：其余的不足多数（${needed} 个）。CheckQuorum 已关闭，它仍继续领导，但无法提交任何条目。`,
  "leader.commits-nothing-yet": ({ node, term }) =>
    `${node} 在任期 ${term} 中还没有提交过任何条目：在此之前它无法知道哪些已提交。`,
  "leader.transferring": ({ node, to }) => `${node} 正把领导权交给 ${to}，期间不接受提议。`,
  "leader.joint": ({ incoming, outgoing }) =>
    `成员正在变更：每个决定都须得到 ${incoming} 的多数，且得到 ${outgoing} 的多数。`,
  "no-leader.too-few-up": ({ up, needed }) => `只有 ${up} 能投票，而多数为 ${needed}。谁也无法当选。`,
  "no-leader.partitioned": ({ up, needed }) =>
    `${up} 在运行，但没有哪个节点能与其中 ${needed} 个双向连通。谁也无法当选。`,
  "no-leader.forgotten": ({ nodes }) => `${nodes} 在运行，但丢失了磁盘，也就没有投票权，直到被移除并重新加入。`,
  "no-leader.founding": ({ up, needed }) =>
    `这里还从未有过领导者：首次选举须得到全部 ${needed} 个创始成员的同意，而只有 ${up} 能投票。`,
  "no-leader.joint": ({ up, incoming, outgoing, needed, outgoingNeeded }) =>
    `成员正在变更：选举须得到 ${incoming} 中的 ${needed} 个，且得到 ${outgoing} 中的 ${outgoingNeeded} 个。只有 ${up} 能投票。`,
  "no-leader.split-vote": ({ candidates, term }) =>
    `${candidates} 同时参选任期 ${term}，瓜分了选票，谁也无法再胜出。谁先超时，谁就再试一次。`,
  "no-leader.election": ({ candidate, term, granted, awaited, needed }) =>
    `${candidate} 参选任期 ${term}，已得到 ${granted}，需要 ${needed} 票；尚未答复的有 ${awaited}。`,
  "no-leader.log-behind": ({ candidate, refused }) =>
    `${refused} 拒绝 ${candidate}：它们的日志更新，而它可能缺少已提交的条目。`,
  "no-leader.loyal": ({ loyal, leader }) =>
    `${loyal} 被询问时，距上次听到 ${leader} 还不到一个选举超时，因此没有帮助别人。`,
  "no-leader.waits": ({ node, inMs }) =>
    `大家都在等待。最先到期的是 ${node} 的选举定时器${inMs === "" ? "" : `，还有 ${inMs} 毫秒`}。`,
  "entry.committed": ({ index, knowing, ignorant }) =>
    ignorant === chineseLists.nobody
      ? `条目 ${index} 已提交，持有它的节点都知道。`
      : `条目 ${index} 已提交；${knowing} 已知道。${ignorant} 将从领导者那里得知。`,
  "entry.no-leader": ({ index }) => `没有领导者，而只有领导者才能提交条目 ${index}。`,
  "entry.leader-paused": ({ leader, index }) =>
    `${leader} 停住不动：在它继续或另有领导者之前，没有谁来清点哪些节点持有条目 ${index}。`,
  "entry.nowhere": ({ index }) => `没有任何日志含有条目 ${index}。`,
  "entry.overwritten": ({ index, leader, holders }) =>
    `${holders} 在索引 ${index} 处的条目与领导者 ${leader} 的不同：它没有提交；若 ${leader} 继续领导，就会覆盖它。`,
  "entry.earlier-term": ({ index, term, leaderTerm, waitsFor }) =>
    `条目 ${index} 已在多数节点的磁盘上，但它属于任期 ${term}。领导者只清点自己任期 ${leaderTerm} 的条目：条目 ${waitsFor} 也到达多数时，两者一起提交。`,
  "entry.acknowledgements": ({ index, have, awaited, needed }) =>
    `据领导者所知，条目 ${index} 已在 ${have} 的磁盘上；需要 ${needed} 个。还在等待：${awaited}。`,
  "entry.acknowledged": ({ index, have }) => `条目 ${index} 已在多数节点的磁盘上：${have}。领导者马上就会提交它。`,
  "entry.joint": ({ index, have, needed, outgoingHave, outgoingNeeded }) =>
    `条目 ${index} 需要两个多数：新成员 ${needed} 个（已有 ${have}），旧成员 ${outgoingNeeded} 个（已有 ${outgoingHave}）。`,
  "entry.learners": ({ learners }) => `${learners} 也持有它，但学习者不计入。`,
  "awaited.down": ({ node }) => `${node} 已宕机。`,
  "awaited.paused": ({ node }) => `${node} 停住不动。`,
  "awaited.cut-to": ({ node }) => `领导者到 ${node} 的链路已断开，消息到不了。`,
  "awaited.cut-from": ({ node }) => `${node} 到领导者的链路已断开，答复回不来。`,
  "awaited.snapshot": ({ node }) => `${node} 落后太多，正在先接收快照。`,
  "awaited.conflict": ({ node }) => `领导者正在查明 ${node} 的日志与自己的一致到哪里。`,
  "awaited.disk": ({ node }) => `${node} 有这个条目，但还没写入磁盘。`,
  "awaited.own-disk": ({ node }) => `${node} 是领导者，但它自己的磁盘还没有保存这个条目：在此之前它不计入自己。`,
  "awaited.forgotten": ({ node }) => `${node} 丢失了磁盘：它不是配置所指的那个节点，领导者不会计入它。`,
  "awaited.under-way": ({ node }) => `条目或 ${node} 的答复正在途中。`,
  "call.node-paused": ({ node }) => `被询问的 ${node} 停住不动。`,
  "call.no-leader": () => `没有领导者，而只有领导者才能处理它。`,
  "call.under-way": ({ leader }) => `请求或答复正在途中；${leader} 已没有要提交的条目。`,
  "read.first-commit": ({ leader, term }) =>
    `${leader} 在任期 ${term} 中还没有提交过条目，因此无法知道读取应当看到什么。`,
  "read.unheard": ({ leader, silent, needed }) =>
    `${leader} 得不到 ${silent} 的答复。没有多数（${needed} 个），它无法确认自己仍是领导者，不得作答。`,
  "read.round": ({ leader, needed }) =>
    `${leader} 正在确认自己仍是领导者：读取到达之后，须有 ${needed} 个节点（含它自己）作出确认；此前已提交的条目还须先应用。`,
  "read.no-lease": ({ leader }) => `${leader} 没有可以立即作答的租约，因此必须询问多数。`,
  "change.catches-up": ({ learners }) => `${learners} 先以学习者身份接收日志：在赶上之前，它们不计入任何多数。`,
};
