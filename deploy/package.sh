#!/usr/bin/env bash
# Makes everything that is released, in the folder given (default: artifacts):
#   native/   the four native programs for this machine, with their symbols beside them
#   share/    their manual pages, and completions for bash, zsh and fish, printed by the programs themselves
#   packages/ the .NET tools (native, with an `any` fallback), the libraries, and a .deb
# Needs clang, zlib1g-dev, objdump and dpkg-deb, and on x64 a processor that runs what it makes (x86-64-v3).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mkdir -p "${1:-$root/artifacts}" && cd "${1:-$root/artifacts}" && pwd)
programs=(TcpServer TcpClient UdpServer UdpClient)
read -ra tools <<< "${TOOLS:-${programs[*]}}" # fewer are faster, for a test
rid=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if [[ -n $(ls -A "$out") && ! -e $out/.sumsocket-packages ]]; then
    echo "$out is not empty and not of an earlier run: give another folder" >&2
    exit 2
fi
touch "$out/.sumsocket-packages"
rm -rf "$out"/{native,share,packages,deb}
for program in "${programs[@]}"; do
    dotnet publish "$root/src/$program" -c Release -v q -o "$out/native"
done

mkdir -p "$out"/share/{man/man1,bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
for program in "${programs[@]}"; do
    "$out/native/$program" --generate man > "$out/share/man/man1/$program.1"
    "$out/native/$program" --generate bash > "$out/share/bash-completion/completions/$program"
    "$out/native/$program" --generate zsh > "$out/share/zsh/vendor-completions/_$program"
    "$out/native/$program" --generate fish > "$out/share/fish/vendor_completions.d/$program.fish"
done

for library in Protocol Sockets Server Client; do
    dotnet pack "$root/src/SumSocket.$library" -c Release -v q -o "$out/packages"
done
for program in "${tools[@]}"; do
    dotnet pack "$root/src/$program" -c Release -v q -o "$out/packages" -r "$rid"
    dotnet pack "$root/src/$program" -c Release -v q -o "$out/packages" -r any
    dotnet pack "$root/src/$program" -c Release -v q -o "$out/packages"
done

deb=$out/deb
# The programs need the C library that they were linked with, or a later one.
libc=$(objdump -T "${programs[@]/#/$out/native/}" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -1)
mkdir -p "$deb"/{DEBIAN,usr/bin,usr/lib/systemd/system,usr/share/doc/sumsocket}
install -m 644 "$root"/deploy/systemd/* "$deb/usr/lib/systemd/system"
install -m 755 "${programs[@]/#/$out/native/}" "$deb/usr/bin"
cp -r "$out/share/." "$deb/usr/share"
gzip -9n "$deb"/usr/share/man/man1/*.1
install -m 644 "$root/LICENSE" "$deb/usr/share/doc/sumsocket/copyright"
gzip -9nc "$root/CHANGELOG.md" > "$deb/usr/share/doc/sumsocket/changelog.gz"
cat > "$deb/DEBIAN/control" <<- CONTROL
	Package: sumsocket
	Version: $version
	Architecture: $(dpkg --print-architecture)
	Maintainer: The SumSocket authors <sumsocket@example.org>
	Section: net
	Priority: optional
	Depends: libc6 (>= ${libc#GLIBC_})
	Recommends: libssl3 | libssl3t64
	Suggests: libpcap0.8 | libpcap0.8t64
	Installed-Size: $(du -sk "$deb/usr" | cut -f1)
	Description: ping of long-lived connections
	 A sum service over TCP and UDP, and clients that probe and load the path
	 between two hosts: every answer can be checked.
CONTROL
dpkg-deb --root-owner-group -b "$deb" "$out/packages/sumsocket_${version}_$(dpkg --print-architecture).deb" > /dev/null
rm -rf "$deb"
ls -l "$out/native" "$out/packages"
