// The desk's card on Airflow's home page: a frame, so that whatever goes wrong in it stays in it.
globalThis.AirflowPlugin = function DeskCard() {
  const React = globalThis.React;
  if (React === undefined) return null;
  const style = { border: 0, display: "block", height: 96, width: "100%" };
  const src = new URL("wirewatch/card", document.baseURI).href;
  return React.createElement("iframe", { src, style, title: "Desk" });
};
