// Starts `kepi lsp` and connects it to the editor. Everything else is in the server.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function start() {
  const command = vscode.workspace.getConfiguration("kepi").get("path") || "kepi";
  const run = { command, args: ["lsp"] };
  const options = {
    documentSelector: [{ language: "kepi", scheme: "file" }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.kpi,kepi.toml}") },
  };
  client = new LanguageClient("kepi", "Kepi", { run, debug: run }, options);
  return client.start().catch(async (error) => {
    const choice = await vscode.window.showErrorMessage(
      `Kepi: \`${command} lsp\` does not start (${error.message}). Colours and snippets work without it.`,
      "Where is it?",
    );
    if (choice) vscode.commands.executeCommand("workbench.action.openSettings", "kepi.path");
  });
}

async function stop() {
  const running = client;
  client = undefined;
  if (running && running.needsStop()) await running.stop();
}

async function activate(context) {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("kepi.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("kepi.path")) restart();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
