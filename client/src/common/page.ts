/** The page of the panel: a frame that loads one script and one style sheet and may do nothing else. */
import { Uri, type Webview } from "vscode";

/** Where the script and the style sheet of the page lie. */
export function pageFolder(extension: Uri): Uri {
  return Uri.joinPath(extension, "dist", "client");
}

export function page(webview: Webview, extension: Uri): string {
  const nonce = crypto.randomUUID();
  const local = (name: string) => webview.asWebviewUri(Uri.joinPath(pageFolder(extension), name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${local("panel.css")}">
  <title>Lastput</title>
</head>
<body>
  <script nonce="${nonce}" src="${local("panel.js")}"></script>
</body>
</html>`;
}
