#!/usr/bin/env bash
# Run the Python of .venv, wherever the system puts it (for hooks, which do not know the difference).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python
[ -x "$python" ] || python=.venv/Scripts/python.exe
exec "$python" "$@"
