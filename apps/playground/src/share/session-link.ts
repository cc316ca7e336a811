import { type Session, sessionFromText, sessionToText } from "@quorate/cluster-lab";
import { World } from "../state/world.ts";

/** A session as it stands in a link. */
export function linkText(session: Session): Promise<string> {
  return sessionToText(session);
}

/** The cluster of a session in a link. Throws a TypeError that says what is wrong with the text. */
export async function openSession(text: string): Promise<World> {
  return World.resume(await sessionFromText(text));
}
