# Shared by run.ps1 and test.ps1: find a Python that is new enough and let it make .venv.
function Invoke-Setup {
    param([string]$Extra)
    $check = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))"
    $candidates = @(@("py", "-3.12"), @("py", "-3.13"), @("py", "-3.11"), @("py", "-3.14"), @("python"))
    foreach ($candidate in $candidates) {
        $program = $candidate[0]
        $options = @($candidate | Select-Object -Skip 1)
        if (-not (Get-Command $program -ErrorAction SilentlyContinue)) { continue }
        # Without this, Windows PowerShell takes a word on standard error for a failure of the script.
        $ErrorActionPreference = "Continue"
        & $program @options -c $check 2>$null
        $found = $LASTEXITCODE -eq 0
        $ErrorActionPreference = "Stop"
        if (-not $found) { continue }
        $arguments = @("scripts\setup.py")
        if ($Extra) { $arguments += $Extra }
        & $program @options @arguments
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
        return
    }
    Write-Host "No Python 3.11 to 3.14 was found. Install Python 3.12 (tick 'Add python.exe to PATH')."
    exit 1
}
