-- nvim --headless -u NONE -i NONE -n FILE -c 'luafile neovim.lua'; the server's script is in $LASTPUT_SERVER.
-- Prints one line of JSON with what a person would see. Works with Neovim 0.7 and later.
local function seen()
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].filetype = 'diff'
  local id = vim.lsp.start_client({
    name = 'lastput',
    cmd = { 'node', os.getenv('LASTPUT_SERVER'), '--stdio' },
    root_dir = vim.fn.getcwd(),
  })
  local function attached()
    local client = vim.lsp.get_client_by_id(id)
    return client and client.initialized
  end
  assert(vim.wait(20000, attached, 20), 'the server was not initialized')
  vim.lsp.buf_attach_client(buffer, id)

  local document = vim.lsp.util.make_text_document_params(buffer)
  local function ask(method, params)
    local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 60000))
    return assert(answers[id], method .. ' was not answered').result
  end
  -- Neovim 0.7 cannot be told to ask again, so the answer waits for the end of the review.
  local lenses = ask('textDocument/codeLens', { textDocument = document })
  assert(vim.wait(20000, function() return #vim.diagnostic.get(buffer) > 0 end, 20), 'no diagnostics')
  local diagnostics = vim.diagnostic.get(buffer)

  -- What it draws behind the lines.
  vim.lsp.codelens.display(lenses, buffer, id)
  local drawn = {}
  for name, space in pairs(vim.api.nvim_get_namespaces()) do
    if name:find('codelens') then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, space, 0, -1, { details = true })) do
        for _, chunk in ipairs(mark[4].virt_text) do table.insert(drawn, chunk[1]) end
      end
    end
  end

  local line = diagnostics[1].lnum
  local hover = ask('textDocument/hover', { textDocument = document, position = { line = line, character = diagnostics[1].col } })
  local trace = ask('workspace/executeCommand', { command = lenses[1].command.command, arguments = lenses[1].command.arguments })
  local result = { diagnostics = {}, drawn = drawn, hover = hover.contents.value, trace = trace }
  for _, each in ipairs(diagnostics) do
    local related = each.user_data.lsp.relatedInformation or {}
    table.insert(result.diagnostics, { line = each.lnum + 1, message = each.message, code = each.user_data.lsp.code, related = #related })
  end

  vim.lsp.stop_client(id)
  assert(vim.wait(5000, function() return vim.lsp.get_client_by_id(id) == nil end, 20), 'the server did not end')
  return result
end

local ok, result = pcall(seen)
if ok then
  -- Messages of the server are printed as well; this line begins on its own.
  io.stdout:write('\nRESULT ' .. vim.json.encode(result) .. '\n')
  vim.cmd('qa!')
else
  io.stderr:write(tostring(result) .. '\n')
  vim.cmd('cquit 1')
end
