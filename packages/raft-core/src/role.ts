/** `pre-candidate`: asking whether an election could be won, in the old term (diss. §9.6). */
export type Role = "follower" | "pre-candidate" | "candidate" | "leader";
