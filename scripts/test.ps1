# Windows: install the app's needs and the tools (once), then run all checks and tests.
#   powershell -ExecutionPolicy Bypass -File scripts\test.ps1
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")
. (Join-Path $PSScriptRoot "python.ps1")

Invoke-Setup "--dev"
$python = ".\.venv\Scripts\python.exe"
& $python -m scripts.chromium
if ($LASTEXITCODE -ne 0) { & $python -m playwright install chromium }
foreach ($check in @("ruff check .", "ruff format --check .", "mypy", "pytest -q")) {
    & $python -m $check.Split(" ")
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
