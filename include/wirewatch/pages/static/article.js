// Shows the finds of one kind or another, and which words a line of the table speaks of.
(() => {
  const text = document.getElementById("text");
  const kinds = document.getElementById("kinds");

  function show() {
    for (const box of kinds.querySelectorAll("input")) {
      text.classList.toggle(`no-${box.value}`, !box.checked);
      for (const row of document.querySelectorAll(`tr[data-kind="${box.value}"]`)) row.hidden = !box.checked;
    }
  }
  kinds.addEventListener("change", show);
  show();

  function point(number) {
    for (const piece of text.querySelectorAll(".pointed")) piece.classList.remove("pointed");
    if (number === undefined) return;
    for (const piece of text.querySelectorAll(`[data-finds~="${number}"]`)) piece.classList.add("pointed");
  }
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => {
      const row = event.target.closest("tr[id^=find-]");
      if (row !== null) point(row.id.slice("find-".length));
    });
  }

  // From the words to their line in the table.
  text.addEventListener("click", (event) => {
    const piece = event.target.closest("[data-finds]");
    if (piece === null || String(getSelection())) return;
    const number = piece.dataset.finds.split(" ").at(-1);
    const row = document.getElementById(`find-${number}`);
    if (row.hidden) return;
    row.querySelector("a").focus();
    point(number);
  });
})();
