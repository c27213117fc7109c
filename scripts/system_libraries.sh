#!/bin/sh
# Sees to the shared libraries that the pose model's runtime loads and that a bare Linux lacks.
# Usage: system_libraries.sh PYTHON
set -u
[ "$(uname -s)" = Linux ] || exit 0

lacking() {
	"$1" - <<'PYTHON'
import ctypes

for name in ("libGL.so.1", "libEGL.so.1", "libGLESv2.so.2", "libgthread-2.0.so.0", "libxcb.so.1"):
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
PYTHON
}

packages="libgl1 libegl1 libgles2 libglib2.0-0 libxcb1"
[ -z "$(lacking "$1")" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages >/dev/null
fi
still=$(lacking "$1" | tr '\n' ' ')
[ -z "$still" ] && exit 0
echo "These system libraries are missing: ${still% }. Install them, on Debian or Ubuntu with: sudo apt-get install $packages" >&2
exit 2
