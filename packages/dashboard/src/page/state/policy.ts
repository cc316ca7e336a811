/** The policy that the page was served with: it names the origins that the page may ask, and was fixed when it was loaded. */
export interface Policy {
  /** Has the browser find out whether the page may ask `origin`. */
  readonly try: (origin: string) => void;
  /** `refused` is told of every origin that the page was kept from asking. */
  readonly onRefusal: (refused: (origin: string) => void) => void;
}

/** No script can read its policy, but only run into it. */
export const policyOfPage: Policy = {
  try: (origin) => {
    // What is answered is of no account: whether it was asked at all is told by `onRefusal`.
    fetch(`${origin}/v1/status`, { credentials: "omit", cache: "no-store" }).catch(() => undefined);
  },
  onRefusal: (refused) => {
    document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      if (URL.canParse(blockedURI)) refused(new URL(blockedURI).origin);
    });
  },
};
