export const REPLACE_NODE: string =
  "Move the directory away, remove this node from the cluster and add it anew, so that its peers bring it up to date";
export const NEXT_START: string = "The next start of the node mends this, as after a crash in that moment";
export const FOUND_NO_MORE: string =
  "A node that waits to be added to a cluster (join) starts on this; one that is to found it (members) does not: move " +
  "the directory away, remove this node from the cluster if it has been a member, and add it anew";
