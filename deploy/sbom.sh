#!/usr/bin/env bash
# Writes what the programs and libraries consist of to the file given, in CycloneDX, and checks that every package of their lock files is in
# it, in its version. Needs a restored solution.
#   deploy/sbom.sh artifacts/sbom.json
set -euo pipefail
file=$(realpath -m "${1:?give the file to write}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

mkdir -p "$(dirname "$file")"
dotnet tool restore > /dev/null
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
dotnet tool run dotnet-CycloneDX SumSocket.sln --exclude-test-projects --disable-package-restore --output-format Json \
    --set-name SumSocket --set-version "$version" --output "$(dirname "$file")" --filename "$(basename "$file")" > /dev/null

# locked: NAME VERSION of each package in the lock files of what ships; the projects of this solution are in them, too, without a version.
locked() { sed -nE 's/^ {6}"([^"]+)": \{$/\1/p; s/^ {8}"resolved": "([^"]+)".*/=\1/p' src/*/packages.lock.json |
    awk '/^=/ { print name, substr($0, 2); next } { name = $0 }' | sort -u; }

missing=0 count=0
while read -r name resolved; do
    (( ++count ))
    grep -qiF "pkg:nuget/$name@$resolved\"" "$file" || { echo "not in the SBOM: $name $resolved"; (( ++missing )); }
done < <(locked)
printf '%d packages in the lock files, %d not in %s\n' "$count" "$missing" "$file"
(( count > 0 && missing == 0 ))
