#!/bin/sh
# Unpacks Debian's 6.12 kernel headers below $1, for `make KDIR=$1/build`, without installing a kernel.
# Needs an apt index; gcc and make must be there. A second call does nothing.
set -eu
target=$1
[ -e "$target/build/Makefile" ] && exit 0
mkdir -p "$target/debs" "$target/root"
target=$(cd "$target" && pwd)
cd "$target/debs"
version=$(apt-cache depends linux-headers-6.12-cloud-amd64 | sed -n 's/.*Depends: linux-headers-\(6\.12.*\)-cloud-amd64$/\1/p')
[ -n "$version" ] || { echo "error: apt knows no linux-headers-6.12-cloud-amd64: run apt-get update as root" >&2; exit 2; }
apt-get download -qq "linux-headers-$version-cloud-amd64" "linux-headers-$version-common" "linux-kbuild-$version"
for deb in *.deb; do dpkg -x "$deb" "$target/root"; done
tree=$target/root/usr/src/linux-headers-$version-cloud-amd64
# The packages point at /usr/src and /usr/lib: point them here instead.
echo "include $target/root/usr/src/linux-headers-$version-common/Makefile" > "$tree/Makefile"
for link in "$tree"/scripts "$tree"/tools; do
  if [ -L "$link" ]; then ln -sfn "$target/root/usr/lib/linux-kbuild-$version/${link##*/}" "$link"; fi
done
rm -f "$tree/vmlinux"   # with it, kbuild wants pahole, for type information that nobody reads here
ln -sfn "$tree" "$target/build"
