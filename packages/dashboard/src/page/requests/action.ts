import type { NodeId } from "@quorate/raft-core";
import { type Fetch, requestJson } from "./request.ts";

/** What the page can do to the cluster, where the servers allow it. */
export type Action =
  | { readonly type: "transfer"; readonly node: NodeId }
  | { readonly type: "promote"; readonly node: NodeId }
  | { readonly type: "demote"; readonly node: NodeId }
  | { readonly type: "remove"; readonly node: NodeId }
  | { readonly type: "add"; readonly node: NodeId; readonly address: string; readonly learner: boolean };

/** Resolves when it is done and committed. Rejects with a RequestError in the server's own words. */
export async function perform(fetch: Fetch, origin: string, action: Action): Promise<void> {
  const { method, path, body } = requestOf(action);
  await requestJson(fetch, `${origin}/v1/cluster/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
}

interface ActionRequest {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

export function requestOf(action: Action): ActionRequest {
  const member = `members/${encodeURIComponent(action.node)}`;
  switch (action.type) {
    case "transfer":
      return { method: "POST", path: "transfer", body: { to: action.node } };
    case "add":
      return {
        method: "POST",
        path: "members",
        body: { id: action.node, address: action.address, learner: action.learner },
      };
    case "remove":
      return { method: "DELETE", path: member };
    case "promote":
    case "demote":
      return { method: "POST", path: `${member}/${action.type}` };
  }
}
