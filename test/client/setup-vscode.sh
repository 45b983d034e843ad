#!/bin/sh
# Puts a real VS Code (server and web workbench: the MIT-licensed Code - OSS that npm's code-server ships) into $1.
# Needs nothing but the npm registry. Does nothing when it is there already.
set -eu

version=4.100.3 # VS Code 1.100.3, the oldest that we promise to run in; its server runs on Node 20
folder=$1
export npm_config_loglevel=error

mkdir -p "$folder"
cd "$folder"
if [ -f ".ready-$version" ]; then exit 0; fi
if [ ! -f package.json ]; then echo '{ "name": "vscode-host", "private": true }' > package.json; fi

# Its own install scripts want to compile for Kerberos and to download from GitHub; nothing of that is needed here.
npm install --no-save --no-audit --no-fund --ignore-scripts "code-server@$version" @vscode/ripgrep-linux-x64@1.18.0
vscode=$PWD/node_modules/code-server/lib/vscode
(
  cd "$vscode"
  npm install --no-save --no-audit --no-fund --ignore-scripts --omit=dev
  ln -sfn node_modules node_modules.asar
)
ripgrep=$vscode/node_modules/@vscode/ripgrep
if [ -d "$ripgrep" ]; then
  mkdir -p "$ripgrep/bin"
  cp node_modules/@vscode/ripgrep-linux-x64/bin/rg "$ripgrep/bin/rg"
fi
touch ".ready-$version"
