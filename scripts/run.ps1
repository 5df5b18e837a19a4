# Windows: install what the app needs (once), then start it.
#   powershell -ExecutionPolicy Bypass -File scripts\run.ps1 [-Port 8501] [-HostName 0.0.0.0]
param([int]$Port = 8501, [string]$HostName = "127.0.0.1")
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")
. (Join-Path $PSScriptRoot "python.ps1")

Invoke-Setup
& .\.venv\Scripts\python.exe -m streamlit run app.py --server.headless true `
    --server.fileWatcherType none --server.port $Port --server.address $HostName
exit $LASTEXITCODE
