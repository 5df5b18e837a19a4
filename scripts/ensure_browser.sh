#!/usr/bin/env bash
# A Chromium for the browser tests: the one that is there, else Debian's, else Playwright's own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
[ -x "$python" ] || python=.venv/Scripts/python.exe

# The same question that the tests will ask (tests/browser/conftest.py), so both always agree.
have_browser() { "$python" -m scripts.chromium >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
can_apt() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

have_browser && exit 0

if can_apt && grep -qi '^ID=debian' /etc/os-release; then
    # Ubuntu's package of this name only starts a snap, which does not work in containers.
    echo "Installing Debian's chromium for the browser tests"
    # WenQuanYi is the smallest font with all the Chinese characters of the app.
    if as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null; then
        have_browser && exit 0
    fi
fi

echo "Fetching Playwright's chromium for the browser tests"
"$python" -m playwright install chromium || true
if can_apt && ! have_browser; then
    as_root "$PWD/$python" -m playwright install-deps chromium || true
fi
have_browser && exit 0

echo "No Chromium was found and none could be installed." >&2
echo "Install Chromium or Google Chrome, or name one: NUMEROSCOPE_CHROMIUM=/path/to/chrome make test" >&2
exit 1
