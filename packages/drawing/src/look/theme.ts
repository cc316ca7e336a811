export type Theme = "light" | "dark" | "system";

/** Sets the page's theme; `system` leaves it to the reader's settings. */
export function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Calls `listener` after the page's colours may have changed, until the function that it returns is called. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const preference = matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    preference.removeEventListener("change", listener);
  };
}
