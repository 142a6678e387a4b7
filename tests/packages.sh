#!/usr/bin/env bash
# Installs what deploy/package.sh made, each package from its folder into an empty place, and uses it.
# Prints "N passed, N failed, N skipped" at the end.
#   deploy/package.sh artifacts && tests/packages.sh artifacts
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
artifacts=$(cd "${1:?give the folder of deploy/package.sh}" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_PACKAGES=$place/nuget
passed=0 failed=0 skipped=0
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")

# check NAME EXPECTED COMMAND...: the command must print just that, or with ~ in front, contain it.
check() {
    local name=$1 expected=$2 output
    shift 2
    output=$("$@" 2>&1)
    if [[ $output == "$expected" || ($expected == '~'* && $output == *"${expected#\~}"*) ]]; then
        (( passed++ )); echo "ok      $name"
    else
        (( failed++ )); printf 'FAILED  %s: expected %s, but it printed:\n%s\n' "$name" "$expected" "$output"
    fi
}

# needs TOOL NAME: without the tool the check is skipped, and in CI failed.
needs() {
    command -v "$1" > /dev/null && return 0
    if [[ ${CI:-} == true ]]; then (( failed++ )); else (( skipped++ )); fi
    echo "no $1:  $2"
    return 1
}

tool() {
    mkdir -p "$place/source" && cp "$artifacts"/packages/*.nupkg "$place/source"
    printf '<configuration><packageSources><clear/><add key="local" value="%s"/></packageSources></configuration>' "$place/source" \
        > "$place/source/NuGet.config"
    dotnet tool install SumSocket.TcpClient --version "$version" --tool-path "$place/tools" \
        --configfile "$place/source/NuGet.config" > /dev/null || return
    [[ -z $(find "$place/tools" -name TcpClient.dll) ]] || echo 'it is not native'
    "$place/tools/TcpClient" sum 7 4 --loopback
}

fallback() {
    mkdir "$place/any" && (cd "$place/any" && unzip -q "$artifacts/packages/SumSocket.TcpClient.any.$version.nupkg") || return
    dotnet "$(find "$place/any" -name TcpClient.dll)" sum 7 4 --loopback
}

# publish NAME OPTION...: as docs/install.md has it, without the linker. The packages it needs are those that everything else is built with.
publish() {
    env -u NUGET_PACKAGES dotnet publish "$root/src/TcpClient" -c Release -v q -o "$place/$1" "${@:2}" &&
        "$place/$1/TcpClient" sum 7 4 --loopback
}

# The program of the packages' own readme.
library() {
    mkdir "$place/library" && cd "$place/library" || return
    dotnet new console -o . --no-restore > /dev/null
    sed -n '/^```csharp/,/^```$/p' "$root/src/Package.md" | sed '/^```/d' > Program.cs
    dotnet add package SumSocket.Server --version "$version" --no-restore > /dev/null
    dotnet add package SumSocket.Client --version "$version" --no-restore > /dev/null
    dotnet restore -v q -p:RestoreAdditionalProjectSources="$artifacts/packages" && dotnet run --no-restore
}

debian() {
    mkdir -p "$place"/root/var/lib/dpkg/{info,updates} && touch "$place/root/var/lib/dpkg/status"
    dpkg --root="$place/root" --force-depends --force-not-root -i "$artifacts"/packages/sumsocket_*.deb &> "$place/dpkg.log" ||
        cat "$place/dpkg.log"
    "$place/root/usr/bin/TcpClient" sum 7 4 --loopback
}

manual() { man -l "$place/root/usr/share/man/man1/TcpClient.1.gz"; }

roff() {
    for page in "$artifacts"/share/man/man1/*; do
        groff -man -Tutf8 -ww -z "$page"
    done
}

bash_completion() {
    bash -c 'source "$1"; COMP_WORDS=(TcpClient bench --warm); COMP_CWORD=2; _TcpClient; echo "${COMPREPLY[*]}"
        COMP_WORDS=(TcpClient be); COMP_CWORD=1; _TcpClient; echo "${COMPREPLY[*]}"
        COMP_WORDS=(TcpClient bench --output js); COMP_CWORD=3; _TcpClient; echo "${COMPREPLY[*]}"' \
        - "$artifacts/share/bash-completion/completions/TcpClient"
}

zsh_completion() {
    for file in "$artifacts"/share/zsh/vendor-completions/*; do
        zsh -n "$file"
    done
}

fish_completion() {
    HOME=$place fish -c "source $artifacts/share/fish/vendor_completions.d/TcpClient.fish
        complete -C 'TcpClient bench --warm'; complete -C 'TcpClient be'"
}

libraries() { ldd "$artifacts/native/TcpServer" | sed 's/ *(0x.*//; s/.*linux-vdso.*//; s:.*/ld-linux.*::; s/ =>.*//' | tr -d '\t\n'; }

old_processor() { qemu-x86_64 -cpu Nehalem "$artifacts/native/TcpServer" --version 2>&1 | grep -v '^qemu'; echo "${PIPESTATUS[0]}"; }

check 'a native tool installed from a folder' 11 tool
needs unzip 'the tool for other systems' && check 'the tool for other systems' 11 fallback
check 'the libraries in the program of their readme' 11 library
check 'a publish for an installed runtime' 11 publish with-runtime -p:PublishAot=false
check 'a publish as one file with the runtime in it' 11 publish one-file -p:PublishAot=false --self-contained -p:PublishSingleFile=true
needs dpkg 'the Debian package' && check 'the Debian package in an empty root' 11 debian
needs man 'a manual page' && check 'a manual page as man shows it' '~Exit codes: 0 all answered' manual
needs groff 'manual pages without warnings' && check 'manual pages without warnings' '' roff
check 'completion in bash' $'--warmup\nbench\njson' bash_completion
needs zsh 'completion in zsh' && check 'completion in zsh has no syntax error' '' zsh_completion
needs fish 'completion in fish' && check 'completion in fish' '~--warmup' fish_completion
check 'native programs need the C library and nothing else' 'libm.so.6libc.so.6' libraries
[[ $(uname -m) == x86_64 ]] && needs qemu-x86_64 'an old processor' &&
    check 'an old processor is told so' $'this program needs a processor of 2013 or later (x86-64-v3: AVX2, BMI, FMA)\n70' old_processor

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
(( failed == 0 ))
