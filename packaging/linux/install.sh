#!/bin/sh
# Install Perilune for this user (into ~/.local), or with --prefix DIR somewhere else; --uninstall takes it away again.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
prefix="${HOME:-}/.local"
act=install
while [ $# -gt 0 ]; do
  case "$1" in
    --prefix) prefix=${2:?install.sh: --prefix needs a folder}; shift 2 ;;
    --uninstall) act=uninstall; shift ;;
    -h|--help) echo "install.sh [--prefix DIR] [--uninstall]: into DIR (~/.local unless said)"; exit 0 ;;
    *) echo "install.sh: $1 is not known; see install.sh --help" >&2; exit 2 ;;
  esac
done
case "$prefix" in
  /*) ;;
  *) prefix=$(pwd)/$prefix ;;
esac
home="$prefix/opt/perilune"
[ "$prefix" = "${HOME:-}/.local" ] && home="$prefix/share/perilune-app"

tell_desktop() {
  command -v update-desktop-database >/dev/null 2>&1 && update-desktop-database -q "$prefix/share/applications" || true
  command -v update-mime-database >/dev/null 2>&1 && update-mime-database "$prefix/share/mime" >/dev/null 2>&1 || true
  command -v gtk-update-icon-cache >/dev/null 2>&1 && gtk-update-icon-cache -q -t "$prefix/share/icons/hicolor" 2>/dev/null || true
}

remove() {
  rm -rf "$home"
  rm -f "$prefix/bin/perilune"
  (cd "$here/share" && find . -type f) | while IFS= read -r file; do rm -f "$prefix/share/$file"; done
}

if [ "$act" = uninstall ]; then
  remove
  tell_desktop
  echo "Perilune is gone from $prefix; your settings and missions stay in your home"
  exit 0
fi

mkdir -p "$prefix/bin" "$(dirname "$home")" || { echo "install.sh: $prefix cannot be written; choose another with --prefix" >&2; exit 2; }
remove
cp -R "$here/perilune" "$home"
ln -s "$home/perilune" "$prefix/bin/perilune"
# In a desktop entry a command may hold spaces only within quotes.
(cd "$here/share" && find . -type f) | while IFS= read -r file; do
  mkdir -p "$prefix/share/$(dirname "$file")"
  case "$file" in
    *.desktop) escaped=$(printf '%s' "$home/perilune" | sed 's/[\\&|]/\\&/g')
       sed "s|@PROGRAM@|\"$escaped\"|" "$here/share/$file" > "$prefix/share/$file" ;;
    *) cp "$here/share/$file" "$prefix/share/$file" ;;
  esac
done
tell_desktop
echo "Perilune is installed: $prefix/bin/perilune"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) echo "($prefix/bin is not in your PATH: start it from the menu of your desktop, or by that path)" ;;
esac
