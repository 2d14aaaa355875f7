// The editor's page: CodeMirror with the desk's own checks, offers and meanings, and saving.
(() => {
  const CM = window.CodeMirror;
  const box = document.getElementById("editor");
  const begins = JSON.parse(document.getElementById("begins").textContent);
  const { root, person } = box.dataset;
  const maySave = "maySave" in box.dataset;
  const file = begins.file;
  const byId = (name) => document.getElementById(name);
  const shelf = `wirewatch:draft:${person}:${file}`;
  let loaded = begins.body; // the hash of what my text began from
  let savedText = begins.text;
  let written = { here: begins.here, elsewhere: begins.elsewhere };
  let tried = null; // what the examples and tests came to, while the text is the same
  let theirs = ""; // the hash of somebody's newer text that was already told of

  // ── Talking to the desk ──

  async function ask(path, body) {
    const headers = { Accept: "application/json" };
    const options = { headers };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      headers["X-Wirewatch-Token"] = document.querySelector("meta[name=wirewatch-token]").content;
      options.method = "POST";
      options.body = JSON.stringify(body);
    }
    let answer = null;
    try {
      answer = await fetch(root + path, options);
    } catch {
      return { status: 0, error: "The desk does not answer. What you wrote stays here." };
    }
    const said = await answer.json().catch(() => ({ error: "The answer could not be read." }));
    return { status: answer.status, ...said };
  }

  // ── Small pieces of the page ──

  function make(name, text, attributes = {}) {
    const node = document.createElement(name);
    node.textContent = text;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  function button(text, act, attributes = {}) {
    const node = make("button", text, { type: "button", ...attributes });
    node.addEventListener("click", act);
    return node;
  }

  function say(text, bad = false) {
    const line = make("p", `${text} `, bad ? { class: "said bad", role: "alert" } : { class: "said" });
    line.append(make("button", "×", { type: "button", class: "bare", "data-dismiss": "", "aria-label": "Close" }));
    byId("said").replaceChildren(line);
  }

  function pageOf(title, page) {
    const nodes = [make("h3", title)];
    for (const piece of page) {
      if (piece.kind === "code") {
        nodes.push(make("pre", piece.text));
        continue;
      }
      const paragraph = make("p", "");
      const parts = piece.text.split("`"); // every other one is a word of the file
      paragraph.append(...parts.map((part, at) => (at % 2 === 1 ? make("code", part) : part)));
      nodes.push(paragraph);
    }
    return nodes;
  }

  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  // ── What is wrong ──

  function findings() {
    return [...written.here, ...(tried === null ? [] : tried.here)];
  }

  function diagnostic(finding, length) {
    const actions = finding.mend === null || !maySave ? [] : [{
      name: finding.mend.says,
      apply(view, from) {
        const at = from + finding.mend.start - finding.start;
        const to = at + finding.mend.end - finding.mend.start;
        view.dispatch({ changes: { from: at, to, insert: finding.mend.insert }, userEvent: "input.mend" });
        view.focus();
      },
    }];
    return {
      from: Math.min(finding.start, length), to: Math.min(finding.end, length),
      severity: finding.severity, message: finding.message, actions,
    };
  }

  function show() {
    const length = view.state.doc.length;
    view.dispatch(CM.setDiagnostics(view.state, findings().map((one) => diagnostic(one, length))));
    list();
  }

  function list() {
    const rows = [];
    CM.forEachDiagnostic(view.state, (one, from) => {
      const row = make("li", "");
      const line = view.state.doc.lineAt(from).number;
      row.append(button(`line ${line}`, () => goTo(from), { class: "line", "aria-label": `Go to line ${line}` }));
      const bad = one.severity === "error";
      const said = make("span", "");
      said.append(make("span", bad ? "error " : "warning ", { class: bad ? "badge red" : "badge orange" }), ` ${one.message}`);
      row.append(said);
      for (const action of one.actions ?? []) {
        row.append(button(action.name, () => action.apply(view, from), { class: "fix little" }));
      }
      rows.push([from, row]);
    });
    rows.sort((a, b) => a[0] - b[0]);
    const elsewhere = [...written.elsewhere, ...(tried === null ? [] : tried.elsewhere)].map((one) => {
      const row = make("li", "");
      const where = make("a", `${one.file}, line ${one.line}`, {
        href: `${root}/${one.file.replace("/", "/files/")}?line=${one.line}`, class: "where",
      });
      row.append(where, make("span", one.message, { class: "where" }));
      return row;
    });
    const nodes = rows.map(([, row]) => row);
    if (elsewhere.length > 0) nodes.push(make("li", "This draft breaks in other files:"), ...elsewhere);
    if (nodes.length === 0) nodes.push(make("li", "None: everything is well written.", { class: "muted" }));
    byId("problems").replaceChildren(...nodes);
    status();
  }

  function status() {
    const all = [...findings(), ...written.elsewhere, ...(tried === null ? [] : tried.elsewhere)];
    const errors = all.filter((one) => one.severity === "error").length;
    const warnings = all.length - errors;
    const parts = [];
    if (errors > 0) parts.push([many(errors, "error"), "bad-text"]);
    if (warnings > 0) parts.push([many(warnings, "warning"), "warn-text"]);
    if (all.length === 0) parts.push(["No problems", "good-text"]);
    if (maySave && file.startsWith("feeds/") === false) {
      if (tried === null) parts.push(["examples and tests run when you pause", "muted"]);
      else if (tried.untried > 0) parts.push([`${many(tried.untried, "test")} had no time to run`, "muted"]);
      else if (tried.here.length + tried.elsewhere.length === 0) parts.push(["examples and tests hold", "good-text"]);
    }
    if (maySave) parts.push(changed() ? ["not saved yet", "warn-text"] : ["saved", "muted"]);
    byId("status").replaceChildren(...parts.map(([text, look]) => make("span", text, { class: look })));
  }

  const text = () => view.state.doc.toString();
  const changed = () => text() !== savedText || loaded === "";

  function goTo(from) {
    view.dispatch({ selection: { anchor: from }, effects: CM.EditorView.scrollIntoView(from, { y: "center" }) });
    view.focus();
  }

  let checking = 0;
  async function check() {
    const number = ++checking;
    const answer = await ask("/editor/problems", { file, text: text() });
    if (number !== checking) return;
    if (answer.status !== 200) {
      say(answer.error, true);
      return;
    }
    written = answer;
    show();
  }

  let trying = 0;
  async function tryTests() {
    const number = ++trying;
    const answer = await ask("/editor/trials", { file, text: text() });
    if (number !== trying || answer.status !== 200) return;
    tried = answer;
    show();
  }

  let checkSoon = 0;
  let trySoon = 0;
  let keepSoon = 0;
  function typed() {
    checking += 1; // an answer about an older text is of no use
    trying += 1;
    if (tried !== null) {
      tried = null;
      status();
    }
    clearTimeout(checkSoon);
    clearTimeout(trySoon);
    clearTimeout(keepSoon);
    checkSoon = setTimeout(check, 200);
    if (maySave) trySoon = setTimeout(tryTests, 1000);
    keepSoon = setTimeout(keep, 500);
  }

  // ── What may be written, and what it means ──

  const ICONS = { key: "property", name: "constant", word: "enum", new: "text" };

  function option(one, start, end) {
    const isTemplate = one.kind === "new" || one.insert.includes("\n");
    return {
      label: one.label,
      detail: one.kind === "key" ? undefined : one.detail,
      type: ICONS[one.kind],
      info: one.page.length === 0 ? undefined : () => {
        const hint = make("div", "", { class: "hint" });
        hint.append(...pageOf(one.label, one.page));
        return hint;
      },
      apply(target, completion, from, to) {
        if (isTemplate) CM.snippet(one.insert)(target, completion, from, Math.max(to, end));
        else {
          const stop = Math.max(to, end);
          target.dispatch({
            changes: { from, to: stop, insert: one.insert },
            selection: { anchor: from + one.insert.length },
            userEvent: "input.complete",
          });
        }
        if (one.kind === "key") CM.startCompletion(target);
      },
    };
  }

  async function offers(context) {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 2), context.pos);
    if (!context.explicit && !/[\p{L}\d-]$|[[{:] $|[[{]$|, $/u.test(before)) return null;
    const answer = await ask("/editor/offer", { file, text: context.state.doc.toString(), place: context.pos });
    if (answer.status !== 200 || answer.options.length === 0 || context.aborted) return null;
    const rest = Math.max(0, answer.end - context.pos);
    return {
      from: answer.start,
      filter: false,
      options: answer.options.map((one) => option(one, answer.start, context.pos + rest)),
    };
  }

  async function meaningAt(place) {
    const answer = await ask("/editor/meaning", { file, text: text(), place });
    return answer.status === 200 && answer.title !== undefined ? answer : null;
  }

  const hover = CM.hoverTooltip(async (target, pos) => {
    const found = await meaningAt(pos);
    if (found === null || pos < found.start || pos > found.end) return null;
    return {
      pos: found.start, end: found.end, above: true,
      create() {
        const hint = make("div", "", { class: "hint" });
        hint.append(...pageOf(found.title, found.page));
        return { dom: hint };
      },
    };
  }, { hoverTime: 350 });

  let meanSoon = 0;
  function cursorMoved() {
    clearTimeout(meanSoon);
    meanSoon = setTimeout(async () => {
      const found = await meaningAt(view.state.selection.main.head);
      if (found !== null) byId("meaning").replaceChildren(...pageOf(found.title, found.page));
    }, 400);
  }

  // ── How it looks ──

  const look = CM.EditorView.theme({
    "&": { color: "var(--fg)", backgroundColor: "var(--bg)", fontSize: "13px" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "320px", maxHeight: "calc(100vh - 220px)" },
    ".cm-content": { caretColor: "var(--fg)", padding: "8px 0" },
    ".cm-cursor": { borderLeftColor: "var(--fg)" },
    ".cm-gutters": { backgroundColor: "var(--bg)", color: "var(--fg-muted)", border: "none", borderRight: "1px solid var(--border)" },
    ".cm-activeLine": { backgroundColor: "color-mix(in oklch, var(--bg-muted) 55%, transparent)" },
    ".cm-activeLineGutter": { backgroundColor: "var(--bg-muted)", color: "var(--fg)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--blue-subtle)" },
    ".cm-selectionMatch": { backgroundColor: "var(--bg-emphasized)" },
    ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--bg-emphasized)", outline: "1px solid var(--border-emphasized)" },
    ".cm-tooltip, .cm-tooltip.cm-completionInfo": { backgroundColor: "var(--bg)", color: "var(--fg)", border: "1px solid var(--border-emphasized)", borderRadius: "8px", boxShadow: "0 8px 24px #0003" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "240px", padding: "4px 0" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px", lineHeight: "1.5" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--brand)", color: "var(--brand-on)" },
    ".cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "inherit" },
    ".cm-completionDetail": { color: "var(--fg-muted)", fontStyle: "normal", marginLeft: "12px" },
    ".cm-diagnostic": { padding: "6px 10px", fontFamily: "var(--body)", whiteSpace: "normal", maxWidth: "60ch", borderLeftWidth: "3px" },
    ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
    ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
    ".cm-tooltip.cm-completionInfo": { marginLeft: "4px", maxWidth: "420px" },
    ".cm-diagnosticAction": { font: "500 12px/20px var(--body)", backgroundColor: "var(--brand)", color: "var(--brand-on)", borderRadius: "4px", padding: "2px 8px", margin: "6px 0 0", display: "block", height: "auto" },
    ".cm-panels": { backgroundColor: "var(--bg-subtle)", color: "var(--fg)", borderColor: "var(--border)" },
    ".cm-textfield": { border: "1px solid var(--border-emphasized)", backgroundColor: "var(--bg)", color: "var(--fg)", height: "28px" },
    ".cm-button": { backgroundImage: "none", border: "1px solid var(--border-emphasized)", backgroundColor: "var(--bg)", color: "var(--fg)", height: "28px" },
    ".cm-searchMatch": { backgroundColor: "var(--mark)", color: "var(--mark-fg)" },
    ".cm-snippetField": { backgroundColor: "var(--bg-emphasized)" },
    ".cm-specialChar": { color: "var(--bad)" },
  });
  const { tags } = CM;
  const colours = CM.HighlightStyle.define([
    { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--blue-fg)", fontWeight: "500" },
    { tag: [tags.string, tags.special(tags.string)], color: "var(--green-fg)" },
    { tag: tags.content, color: "var(--fg)" },
    { tag: [tags.lineComment, tags.meta], color: "var(--fg-muted)", fontStyle: "italic" },
    { tag: [tags.separator, tags.squareBracket, tags.brace, tags.punctuation], color: "var(--fg-muted)" },
    { tag: tags.keyword, color: "var(--orange-fg)" },
  ]);

  // ── Keys ──

  function mendHere(target) {
    const at = target.state.selection.main.head;
    const line = target.state.doc.lineAt(at);
    let nearest = null;
    CM.forEachDiagnostic(target.state, (one, from, to) => {
      if (!one.actions?.length || to < line.from || from > line.to) return;
      const far = from <= at && at <= to ? -1 : Math.abs(from - at);
      if (nearest === null || far < nearest.far) nearest = { far, one, from };
    });
    if (nearest === null) return false;
    nearest.one.actions[0].apply(target, nearest.from);
    return true;
  }

  function tab(target) {
    if (CM.acceptCompletion(target)) return true;
    if (target.state.selection.ranges.some((range) => !range.empty)) return CM.indentMore(target);
    target.dispatch(target.state.replaceSelection("  "), { userEvent: "input.type", scrollIntoView: true });
    return true;
  }

  const keys = [
    { key: "Mod-s", preventDefault: true, run: () => { save(); return true; } },
    { key: "Mod-.", run: mendHere },
    // Esc closes what is open and lets the next Tab leave the editor, both at once.
    { key: "Escape", run: (target) => { target.setTabFocusMode(5000); return false; } },
    { key: "F8", run: CM.nextDiagnostic },
    { key: "Shift-F8", run: CM.previousDiagnostic },
    { key: "Tab", run: tab, shift: CM.indentLess },
  ];

  // ── Drafts that outlive the page ──

  function keep() {
    try {
      if (maySave && text() !== savedText) {
        localStorage.setItem(shelf, JSON.stringify({ text: text(), loaded, at: Date.now() }));
      } else localStorage.removeItem(shelf);
    } catch {
      return; // a browser that keeps nothing
    }
  }

  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(shelf) ?? "null");
      return maySave && found !== null && found.text !== begins.text ? found : null;
    } catch {
      return null;
    }
  }

  const draft = kept();
  const view = new CM.EditorView({
    parent: box,
    state: CM.EditorState.create({
      doc: draft === null ? begins.text : draft.text,
      extensions: [
        CM.EditorView.cspNonce.of(document.querySelector("meta[name=csp-nonce]").content),
        CM.lineNumbers(), CM.lintGutter(), CM.history(), CM.drawSelection(), CM.dropCursor(),
        CM.highlightSpecialChars(), CM.highlightActiveLine(), CM.highlightActiveLineGutter(),
        CM.highlightSelectionMatches(), CM.bracketMatching(), CM.closeBrackets(),
        CM.indentUnit.of("  "), CM.indentOnInput(), CM.yaml(), CM.syntaxHighlighting(colours), look,
        CM.linter(null), CM.search({ top: true }), hover,
        CM.autocompletion({ override: [offers], activateOnTypingDelay: 150, icons: false }),
        CM.Prec.high(CM.keymap.of(keys)),
        CM.keymap.of([
          ...CM.closeBracketsKeymap, ...CM.completionKeymap, ...CM.searchKeymap, ...CM.historyKeymap,
          ...CM.defaultKeymap,
        ]),
        CM.EditorState.readOnly.of(!maySave),
        CM.EditorView.lineWrapping,
        CM.EditorView.contentAttributes.of({ "aria-label": `Text of ${file}`, "aria-describedby": "keys", spellcheck: "false", tabindex: "0" }),
        CM.EditorView.updateListener.of((update) => {
          if (update.docChanged) typed();
          if (update.selectionSet || update.docChanged) cursorMoved();
        }),
      ],
    }),
  });

  if (draft !== null) {
    loaded = draft.loaded;
    const at = new Date(draft.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    notice(`What you had written here at ${at} and not saved is back.`, [
      button("Drop it", () => { take(begins.text, begins.body); clear(); }),
      button("Keep it", clear),
    ]);
    typed();
  }

  // ── Saving ──

  function notice(says, actions, { bad = false, lines = [] } = {}) {
    const node = make("section", "", { class: bad ? "notice bad" : "notice", tabindex: "-1", "aria-label": says });
    node.append(make("p", says));
    if (lines.length > 0) {
      const diff = make("div", "", { class: "diff scroll", role: "group", "aria-label": "Changed lines", tabindex: "0" });
      const wraps = { added: "ins", gone: "del" };
      for (const line of lines) {
        const row = make("div", "", { class: line.kind });
        row.append(make(wraps[line.kind] ?? "span", line.kind === "place" ? "…" : line.text));
        diff.append(row);
      }
      node.append(diff);
    }
    const bar = make("div", "", { class: "actions" });
    bar.append(...actions);
    node.append(bar);
    byId("outcome").replaceChildren(node);
    return node;
  }

  function clear() {
    byId("outcome").replaceChildren();
    view.focus();
  }

  function take(newText, body) {
    loaded = body;
    savedText = newText;
    const head = Math.min(view.state.selection.main.head, newText.length);
    if (text() !== newText) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: newText }, selection: { anchor: head } });
    }
    keep();
    status();
  }

  let saving = false;
  async function save(insist = false, over = loaded) {
    if (!maySave || saving) return;
    saving = true;
    const mine = text();
    const answer = await ask("/editor/save", { file, text: mine, loaded: over, insist });
    saving = false;
    if (answer.status === 200) saved(answer, mine);
    else if (answer.conflict) conflict(answer, insist);
    else if (answer.unsound) unsound(answer, over);
    else say(answer.error, true);
  }

  function saved(answer, mine) {
    loaded = answer.body;
    savedText = mine;
    byId("outcome").replaceChildren();
    byId("changed").textContent = `Last saved now by ${person}.`;
    keep();
    if (text() === mine) {
      written = answer;
      show();
    }
    say(answer.said === "" ? "Saved." : `Saved; ${answer.said}`);
  }

  function unsound(answer, over) {
    written = answer;
    show();
    const errors = answer.here.filter((one) => one.severity === "error").length;
    const node = notice(
      `Not saved: there ${errors === 1 ? "is an error" : `are ${errors} errors`} in this text. If you save all the same, what is broken stays live in its last good version.`,
      [button("Go to the first", () => { clear(); CM.nextDiagnostic(view); }), button("Save all the same", () => save(true, over))],
      { bad: true },
    );
    node.focus();
  }

  function conflict(answer, insist) {
    const actions = [button("Keep mine over it", () => save(insist, answer.body), { class: "main" })];
    if (answer.text !== null) actions.push(button("Take theirs, drop mine", () => { take(answer.text, answer.body); clear(); }));
    actions.push(button("Go on writing", clear));
    const says = answer.lines.length > 0 ? `${answer.error} Nothing was written over. Saving yours would change in it:` : `${answer.error} Nothing was written over.`;
    notice(says, actions, { bad: true, lines: answer.lines }).focus();
  }

  async function lookAtDisk() {
    if (document.hidden || saving || loaded === "") return;
    const there = await ask(`/editor/there?file=${encodeURIComponent(file)}`);
    if (there.status !== 200 || there.body === loaded || there.body === theirs || saving) return;
    theirs = there.body;
    const now = await ask(`/editor/text?file=${encodeURIComponent(file)}`);
    if (now.status !== 200) {
      say(now.error, true);
    } else if (!changed()) {
      take(now.text, now.body);
      byId("changed").textContent = `Last saved now by ${now.who}.`;
      say(`It is shown as it is now: ${now.who} changed this file.`);
    } else {
      say(`Your text is untouched, but ${now.who} changed this file meanwhile. Saving shows both.`, true);
    }
  }

  if (maySave) {
    byId("save").addEventListener("click", () => save());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || box.contains(event.target)) return;
      event.preventDefault();
      save();
    });
    trySoon = setTimeout(tryTests, 1000);
  }
  setInterval(lookAtDisk, 4000);

  // The draft goes along where it is tried, as it stands now.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.closest("[data-with-draft]")) event.detail.parameters.set("draft", text());
  });
  document.querySelector("[data-backtest]")?.addEventListener("click", async () => {
    const answer = await ask("/rules/tools/backtest/begin", { file, text: text() });
    if (answer.status === 200) location.assign(`${root}/rules/tools/backtest/${answer.job}`);
    else say(answer.error, true);
  });

  show();
  const line = Number(box.dataset.line);
  if (begins.body === "") goTo(view.state.doc.length);
  else if (line > 0 && line <= view.state.doc.lines) goTo(view.state.doc.line(line).from);
  else view.focus();
})();
