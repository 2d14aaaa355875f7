// What the editor's page uses of CodeMirror 6, as one script: window.CodeMirror.
export { EditorState, Prec } from "@codemirror/state";
export {
  drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, hoverTooltip, keymap, lineNumbers,
} from "@codemirror/view";
export {
  bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
export {
  defaultKeymap, history, historyKeymap, indentLess, indentMore, insertTab,
} from "@codemirror/commands";
export {
  acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion,
  completionKeymap, completionStatus, snippet, startCompletion,
} from "@codemirror/autocomplete";
export {
  forEachDiagnostic, linter, lintGutter, nextDiagnostic, openLintPanel, previousDiagnostic,
  setDiagnostics,
} from "@codemirror/lint";
export { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
export { yaml } from "@codemirror/lang-yaml";
export { tags } from "@lezer/highlight";
