import type { Call, Request } from "@quorate/cluster-lab";
import type { ClientsTexts } from "./clients-texts.ts";

/** What was asked, in words. */
export function requestWords(request: Request, texts: ClientsTexts): string {
  switch (request.type) {
    case "put":
      return texts.requests.put(request.key, request.value);
    case "get":
      return texts.requests.get(request.key, texts.consistency[request.consistency]);
    case "cas":
      return texts.requests.cas(request.key, request.expected ?? texts.noKey, request.value);
    case "change-members":
      return texts.requests.members;
    case "transfer":
      return texts.requests.transfer;
  }
}

/** What came of it, in words; the code of the error where it did not go well. */
export function answerWords({ answer, state, code }: Call, texts: ClientsTexts): string {
  if (answer === undefined) return code === undefined ? texts.states[state] : texts.told(texts.states[state], code);
  switch (answer.type) {
    case "put":
      return texts.wrote;
    case "get":
      return answer.value === null ? texts.nothing : texts.read(answer.value);
    case "cas":
      return answer.succeeded ? texts.swapped : texts.notSwapped;
    case "change-members":
      return texts.membersChanged;
    case "transfer":
      return texts.transferred(answer.leader);
  }
}

/** The calls as they stood at a moment: what came later had no answer yet. */
export function callsAt(calls: readonly Call[], nowMs: number): readonly Call[] {
  return calls
    .filter(({ calledMs }) => calledMs <= nowMs)
    .map((call) =>
      call.endedMs === undefined || call.endedMs <= nowMs
        ? call
        : { ...call, state: "waiting", endedMs: undefined, endedAt: undefined, answer: undefined, code: undefined },
    );
}
