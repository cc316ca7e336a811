/**
 * Where the page is longer than the window, as on a phone, scrolls until this begins at its top; and whatever scrolls by
 * itself in it back to its beginning. A page that this one is a frame of stays where it is.
 */
export function bringIntoSight(selector: string): void {
  const element = document.querySelector(selector);
  if (element === null) return;
  for (const panel of element.querySelectorAll(".panel")) panel.scrollTop = 0;
  scrollTo({ top: scrollY + element.getBoundingClientRect().top });
}
