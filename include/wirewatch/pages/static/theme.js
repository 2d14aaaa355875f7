// Light or dark, and the colours, as the Airflow page around us has them; alone, as Airflow was set.
// It runs before the first paint.
(() => {
  const own = document.documentElement;
  own.classList.add("js");
  let outer = null;
  try {
    if (window.parent !== window) outer = window.parent.document.documentElement;
  } catch {
    outer = null; // a page of another site: its look is its own
  }

  function wear(name) {
    own.classList.toggle("dark", name === "dark");
    own.classList.toggle("light", name !== "dark");
  }

  function chosen() {
    let theme = null;
    try {
      theme = localStorage.getItem("theme");
    } catch {
      theme = null;
    }
    if (theme === "light" || theme === "dark") return theme;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  // A desk may give Airflow colours of its own ([api] theme): what we use of them is taken over.
  const names = ["bg", "bg-subtle", "bg-muted", "bg-emphasized", "fg", "fg-muted", "border",
    "border-emphasized", "fg-info", "fg-error", "fg-success", "fg-warning", "brand-solid",
    "brand-contrast", "brand-focusRing"];

  function follow() {
    wear(outer.classList.contains("dark") ? "dark" : "light");
    const theirs = window.parent.getComputedStyle(outer);
    for (const name of names) {
      const value = theirs.getPropertyValue(`--chakra-colors-${name}`).trim();
      if (value) own.style.setProperty(`--chakra-colors-${name}`, value);
    }
  }

  if (outer !== null && outer.matches(".light, .dark")) {
    own.classList.add("framed");
    follow();
    new MutationObserver(follow).observe(outer, { attributes: true, attributeFilter: ["class"] });
    return;
  }
  if (outer !== null) own.classList.add("framed");
  wear(chosen());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => wear(chosen()));
})();
