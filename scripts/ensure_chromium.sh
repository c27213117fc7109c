#!/bin/sh
# The tests of the web page drive a real Chromium. Take the one that is there, or install one.
# usage: sh scripts/ensure_chromium.sh [PYTHON of the environment with the tests' requirements]
set -u
python=${1:-.venv/bin/python}

system_browser() {
    if [ -n "${FORMCHECK_CHROMIUM:-}" ]; then
        [ -x "$FORMCHECK_CHROMIUM" ] && return 0
        echo "FORMCHECK_CHROMIUM names '$FORMCHECK_CHROMIUM', which is no program: correct it or unset it." >&2
        exit 1
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's "chromium" may be a stub that only says to install a snap: so ask it for its version.
        command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1 && return 0
    done
    return 1
}

# Playwright's own build lies in the user's cache; it is used where the system has none.
own_browser() {
    "$python" - 2>/dev/null <<'EOF'
import pathlib
import sys

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).is_file())
EOF
}

system_browser && exit 0
own_browser && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the tests of the web page (apt-get) …"
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium; } >/dev/null 2>&1
    system_browser && exit 0
fi

echo "Downloading Chromium for the tests of the web page (playwright) …"
"$python" -m playwright install chromium >/dev/null 2>&1
own_browser && exit 0

echo "The tests of the web page need Chromium or Chrome: install one (Debian and Ubuntu: sudo apt-get install chromium), or name its program in FORMCHECK_CHROMIUM." >&2
exit 1
