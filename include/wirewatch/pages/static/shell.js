// What every page does: tokens on changes, the address in the frame around us, links out of it.
(() => {
  const framed = document.documentElement.classList.contains("framed");
  const token = document.querySelector('meta[name="wirewatch-token"]');

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-Wirewatch-Token"] = token.content;
    // Filters that are not set stay out of the address.
    if (event.target.hasAttribute("data-bare")) {
      const given = event.detail.formData;
      for (const name of [...given.keys()]) if (given.get(name) === "") given.delete(name);
    }
  });

  // A page that nobody sees asks for nothing.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.hasAttribute("data-live")) event.preventDefault();
  });

  // A request that never came back says so; one that did is swapped into #said by htmx.
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => say("The server does not answer. It is tried again."));
  }

  function say(text) {
    const line = document.createElement("p");
    line.className = "said bad";
    line.textContent = text;
    document.getElementById("said").replaceChildren(line);
  }

  // Airflow mirrors the frame's address when a page loads; htmx pushes addresses without a load.
  function mirror() {
    if (!framed) return;
    const found = /^(.*?\/plugin\/[^/]+)\//.exec(`${parent.location.pathname}/`);
    if (found === null || parent.location.pathname.includes("/dags/")) return;
    const own = location.pathname + location.search + location.hash;
    parent.history.replaceState(parent.history.state, "", found[1] + own);
  }
  document.addEventListener("htmx:pushedIntoHistory", mirror);
  document.addEventListener("htmx:replacedInHistory", mirror);
  window.addEventListener("popstate", () => setTimeout(mirror, 0));

  // The frame may open no window and steer no other page: a link made in the page around us may.
  function outside(href, blank) {
    const link = parent.document.createElement("a");
    link.href = href;
    if (blank) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
    parent.document.body.append(link);
    link.click();
    link.remove();
  }

  document.addEventListener("click", (event) => {
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss !== null) dismiss.closest(".said").remove();
    const link = event.target.closest("a[href]");
    if (link === null || !framed || event.defaultPrevented) return;
    const leaves = link.hasAttribute("data-airflow");
    if (!leaves && link.target !== "_blank") return;
    event.preventDefault();
    outside(link.href, !leaves || event.ctrlKey || event.metaKey);
  });

  // “/” goes to the search, as in Airflow's lists; never while somebody types.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable=true]");
    if (event.key !== "/" || typing !== null || event.ctrlKey || event.metaKey) return;
    const search = document.querySelector('input[type="search"]');
    if (search === null) return;
    event.preventDefault();
    search.focus();
  });
})();
