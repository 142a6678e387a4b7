#!/usr/bin/env bash
# Makes the transcripts in the recipes of docs/paths.md anew, each from a real run. All on this machine: client, router and server are network
# namespaces, which the end of the script removes again.
#
#   docs/recipes.sh [NAME...]      all, which takes about three minutes, or some: dies, push, half, storm, hold
#
# It needs root, Linux, ip, iptables, haproxy, nc (netcat-openbsd), socat, 20,000 open files, and the programs built: dotnet build -c Release.
# Figures that vary from run to run stay as they were measured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

page=docs/paths.md files=20000
client=10.213.1.2 router=10.213.1.1 server=10.213.2.2
PATH=$PWD/src/TcpServer/bin/Release/net10.0:$PWD/src/TcpClient/bin/Release/net10.0:$PATH:/usr/sbin
(( EUID == 0 )) || { echo 'recipes.sh: needs root, for network namespaces' >&2; exit 2; }
for program in ip iptables haproxy nc socat TcpServer TcpClient; do
    command -v "$program" > /dev/null || { echo "recipes.sh: needs $program" >&2; exit 2; }
done
ulimit -n "$files"
folder=$(mktemp -d) space=sum-recipe-$$ started=()

# --- the machines

on() { ip netns exec "$space-$1" "${@:2}"; }

build() {
    local machine
    for machine in client router server; do
        ip netns add "$space-$machine"
        ip -n "$space-$machine" link set lo up
    done
    for machine in client server; do
        ip -n "$space-$machine" link add cable type veth peer name "to-$machine" netns "$space-router"
        ip -n "$space-$machine" link set cable up
        ip -n "$space-router" link set "to-$machine" up
    done
    ip -n "$space-client" address add $client/24 dev cable
    ip -n "$space-router" address add $router/24 dev to-client
    ip -n "$space-router" address add 10.213.2.1/24 dev to-server
    ip -n "$space-server" address add $server/24 dev cable
    ip -n "$space-client" route add default via $router
    ip -n "$space-server" route add default via 10.213.2.1
    on router sysctl -qw net.ipv4.ip_forward=1
}

remove() {
    local machine
    (( ${#started[@]} == 0 )) || { kill "${started[@]}"; wait; } 2> /dev/null || true
    started=()
    for machine in client router server; do
        ip netns delete "$space-$machine" 2> /dev/null || true
    done
}

# start MACHINE ADDRESS COMMAND...: until it listens there on port 5656, or 5657
start() {
    on "$1" "${@:3}" &> "$folder/log" &
    started+=($!)
    for (( i = 0; i < 100; i++ )); do
        on "$1" bash -c ": < /dev/tcp/${2/:/\/}" 2> /dev/null && return
        sleep 0.1
    done
    cat "$folder/log" >&2
    return 1
}

# nat SECONDS: the router translates addresses and forgets what is silent for so long
nat() {
    on router iptables -t nat -A POSTROUTING -o to-server -j MASQUERADE
    on router sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established="$1"
}

# balancer LINE...: haproxy on the router, with these lines in its configuration
balancer() {
    printf '%s\n' 'defaults' 'mode tcp' 'timeout connect 1s' 'timeout client 1m' 'timeout server 1m' \
        'listen sums' "bind $router:5656" "server one $server:5656" "$@" > "$folder/haproxy.cfg"
    start router $router:5656 haproxy -db -f "$folder/haproxy.cfg"
}

# show COMMAND: as the page has it, run on the client's machine; long lines are continued below their text
show() {
    printf '    $ %s\n' "$*"
    on client bash -c "$*" 2>&1 | awk '
        function put(text) { sub(/ +$/, "", text); print text == "" ? "" : "    " text }
        {
            indent = match($0, /^[a-z]+ ?[a-z]*  +/) ? RLENGTH : 0
            while (length($0) > 130 && match(substr($0, 1, 130), /.* /) && RLENGTH > indent) {
                put(substr($0, 1, RLENGTH))
                $0 = sprintf("%*s%s", indent, "", substr($0, RLENGTH + 1))
            }
            put($0)
        }' || true
}

# --- the recipes

recipe_dies() {
    start server $server:5656 TcpServer --ip $server --timeout none
    nat 10
    on router sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
    show "TcpClient idle --ip $server --for 2s..20s --resolution 10%"
}

recipe_push() {
    start server $server:5656 TcpServer --ip $server --timeout none
    nat 10
    show "TcpClient idle --ip $server --for 20s --first server"
    echo
    show "TcpClient idle --ip $server --for 20s --first server --keep-alive 4s/4s/9"
}

recipe_half() {
    start server $server:5656 TcpServer --ip $server
    start router $router:5656 socat TCP4-LISTEN:5656,bind=$router,fork,reuseaddr TCP4:$server:5656
    show "echo '{\"A\":7,\"B\":4,\"Delay\":1000}' | nc -N $server 5656      # directly"
    show "echo '{\"A\":7,\"B\":4,\"Delay\":1000}' | nc -N $router 5656      # through the forwarder: no answer"
    show "TcpClient path --ip $router"
}

recipe_storm() {
    start server $server:5656 TcpServer --ip $server --max-connections 12k
    show "TcpClient storm --ip $server -c 10k --cut rst --rounds 2"
    echo
    on server sysctl -qw net.core.somaxconn=12000
    start server $server:5657 TcpServer --ip $server -p 5657 --max-connections 12k --backlog 12000
    show "TcpClient storm --ip $server -p 5657 -c 10k --cut rst --rounds 2      # sysctl net.core.somaxconn=12000, TcpServer --backlog 12000"
}

recipe_hold() {
    start server $server:5656 TcpServer --ip $server --max-connections 12k
    balancer 'maxconn 4000'
    show "TcpClient idle --ip $server -c 10k --for 20s"
    echo
    show "TcpClient idle --ip $router -c 5k --for 20s"
}

# --- the page

trap 'remove; rm -rf "$folder"' EXIT
for name in "${@:-dies push half storm hold}"; do
    for one in $name; do
        [[ $(type -t "recipe_$one") == function ]] || { echo "recipes.sh: no recipe '$one'" >&2; exit 2; }
        grep -q "^<!-- recipe $one -->$" "$page" || { echo "recipes.sh: $page has no place for '$one'" >&2; exit 2; }
        echo "$one" >&2
        build
        "recipe_$one" > "$folder/transcript"
        remove
        awk -v begin="<!-- recipe $one -->" -v transcript="$folder/transcript" '
            $0 == begin { print; print ""; while ((getline line < transcript) > 0) print line; print ""; skipped = 1 }
            $0 == "<!-- end -->" { skipped = 0 }
            !skipped' "$page" > "$folder/page"
        cp "$folder/page" "$page"
    done
done
