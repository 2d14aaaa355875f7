// A Slack on 127.0.0.1, on a port that is free; its address is the first line out.
import net from "node:net";

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, _host, ...rest) {
  this.once("listening", () => console.log(`http://127.0.0.1:${this.address().port}`));
  return listen.call(this, { port, host: "127.0.0.1" }, ...rest.filter((one) => typeof one === "function"));
};
const { createEmulator } = await import("emulate");
const token = process.argv[2];
await createEmulator({
  service: "slack",
  port: 0,
  baseUrl: "http://127.0.0.1",
  seed: { tokens: { [token]: { login: "admin" } }, slack: { channels: [{ name: "desk" }] } },
});
process.stdin.resume().on("end", () => process.exit(0)); // it ends with whoever started it
