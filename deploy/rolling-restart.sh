#!/usr/bin/env bash
# Restarts two servers behind a balancer one after the other, and reloads the balancer, under load; shows that nothing is lost.
#
#   deploy/rolling-restart.sh haproxy|nginx [ROUNDS]
#
# In each round (10 by default) `bench` sends 2,000 requests a second over 50 connections and `sum -` pipelines some 10,000 a second, while
# every server is restarted and the balancer reloaded. A round prints a line. The exit code is 0 when all rounds have 0 lost, 0 wrong and 0
# failed. It needs no root. What it takes from the environment:
#
#   PORT                of the balancer (5656); the servers take the next two
#   SERVER, CLIENT      the programs TcpServer and TcpClient; without, both are built
#   LENGTH              how many seconds a round is: 6 with haproxy, 8 with nginx
#   WORK                a folder for logs and results, which is kept
#   NAIVE               what to do wrongly, to see what that loses: kill (the servers end by SIGKILL), together (both are restarted at the
#                       same time), restart (the balancer is restarted, not reloaded), no-retry (bench --no-retry), no-checks (a balancer
#                       without health checks that tries no other server), no-half-close (nginx), direct (one server, no balancer)
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin
balancer=${1:?give haproxy or nginx} rounds=${2:-10} port=${PORT:-5656} naive=${NAIVE:-}
[[ $balancer == haproxy || $balancer == nginx ]] || { echo "$balancer is neither haproxy nor nginx" >&2; exit 2; }
rate=2000 connections=50
# How long a round is, and how long until the balancer has surely found a server that is back: two checks of haproxy; of nginx, which counts in
# whole seconds, twice fail_timeout. Before that the other one must not stop, or there is none for the balancer.
seconds=${LENGTH:-6} found_again=1
[[ $balancer == nginx ]] && seconds=${LENGTH:-8} found_again=2.2
servers=([1]='' [2]='') balancer_pid='' ports=([0]=$port [1]=$((port + 1)) [2]=$((port + 2)))
work=${WORK:-$(mktemp -d)}

end() {
    local pid
    # In order, since the workers of nginx outlive a master that is killed.
    [[ -z $balancer_pid ]] || { kill -TERM "$balancer_pid" && wait "$balancer_pid"; } 2> /dev/null || true
    for pid in $(jobs -p); do { kill -KILL "$pid" && wait "$pid"; } 2> /dev/null || true; done
    [[ -n ${WORK:-} ]] || rm -rf "$work"
}
trap end EXIT

server=${SERVER:-} client=${CLIENT:-}
if [[ -z $server || -z $client ]]; then
    for program in TcpServer TcpClient; do
        dotnet build "$here/../src/$program" -c Release -v q > "$work/build.log" || { cat "$work/build.log" >&2; exit 1; }
    done
    server=$here/../src/TcpServer/bin/Release/net10.0/TcpServer client=$here/../src/TcpClient/bin/Release/net10.0/TcpClient
fi

# The configuration beside this script, with these ports in place of its own.
configure() {
    local from=$here/haproxy/haproxy.cfg edit=()
    [[ $balancer == nginx ]] && from=$here/nginx/nginx.conf
    case $naive in
        no-checks) edit=(-e '/option redispatch/d' -e '/tcp-check/d' -e 's/retries 3/retries 0/' -e 's/ check inter.*rise 1//'
            -e 's/proxy_next_upstream on/proxy_next_upstream off/' -e 's/max_fails=1 fail_timeout=1s/max_fails=0/') ;;
        no-half-close) edit=(-e '/proxy_half_close/d') ;;
    esac
    sed -e "s/127.0.0.1:5656/127.0.0.1:${ports[0]}/" -e "s/127.0.0.1:5661/127.0.0.1:${ports[1]}/" \
        -e "s/127.0.0.1:5662/127.0.0.1:${ports[2]}/" "${edit[@]}" "$from" > "$work/balancer.conf"
}

start_balancer() {
    if [[ $balancer == haproxy ]]; then
        haproxy -W -db -f "$work/balancer.conf" >> "$work/balancer.log" 2>&1 &
    else
        nginx -e stderr -p "$work" -c "$work/balancer.conf" >> "$work/balancer.log" 2>&1 &
    fi
    balancer_pid=$!
}

reload_balancer() {
    if [[ $naive == restart ]]; then
        kill -TERM "$balancer_pid"
        wait "$balancer_pid" || true
        start_balancer
    elif [[ $balancer == haproxy ]]; then
        kill -USR2 "$balancer_pid"
    else
        kill -HUP "$balancer_pid"
    fi
}

start_server() {
    local proxy=(--proxy-protocol required --proxy-from 127.0.0.0/8)
    [[ $naive == direct ]] && proxy=()
    : > "$work/server$1.out"
    "$server" --port "${ports[$1]}" "${proxy[@]}" --max-lifetime 10s+-50% --drain-spread 300ms \
        > "$work/server$1.out" 2>> "$work/server$1.log" &
    servers[$1]=$!
    local i
    for ((i = 0; i < 200; i++)); do
        grep -q '^listening' "$work/server$1.out" && return
        sleep 0.05
    done
    cat "$work/server$1.log" >&2
    exit 1
}

stop_server() {
    kill -"$([[ $naive == kill ]] && echo KILL || echo TERM)" "${servers[$1]}"
    wait "${servers[$1]}" 2> /dev/null || true # a supervisor waits for the end, too
}

restart_all() {
    if [[ $naive == direct ]]; then
        stop_server 1
        start_server 1
        return
    elif [[ $naive == together ]]; then
        kill -TERM "${servers[1]}"
        stop_server 2
        wait "${servers[1]}" || true
        start_server 1
        start_server 2
    else
        stop_server 1
        start_server 1
        sleep "$found_again"
        stop_server 2
        start_server 2
    fi
    reload_balancer
}

# Pairs for `sum -`: n + 1 for n from 1, some 10,000 a second for as long as the round lasts.
pairs() {
    local n=1
    while [[ ! -e $work/done ]]; do
        seq -f '%.0f 1' "$n" $((n + 499))
        n=$((n + 500))
        sleep 0.05
    done
}

# total FILE MEMBER: a count of a result of bench.
total() {
    grep -oE '"totals":\{[^}]*\}' "$1" | grep -oE "\"$2\":[0-9]+" | grep -oE '[0-9]+$'
}

run_round() {
    rm -f "$work/done"
    local options=(--port "$front") retry=() result=$work/bench.json status=0
    [[ $naive == no-retry ]] && retry=(--no-retry)
    "$client" bench "${options[@]}" "${retry[@]}" -r "$rate" -c "$connections" -d "${seconds}s" --warmup 500ms \
        --timeout 5s --output ndjson 2> "$work/bench.log" | tail -n 1 > "$result" &
    local bench=$!
    pairs | tee "$work/pairs" | "$client" sum - "${options[@]}" --timeout 10s > "$work/sums" 2> "$work/sum.log" &
    local sums=$!
    sleep 1.5
    restart_all
    wait "$bench" || true
    touch "$work/done"
    wait "$sums" || status=$?
    local given right
    given=$(wc -l < "$work/pairs")
    right=$(awk '$0 == NR + 1 { right++ } END { print right + 0 }' "$work/sums")
    local planned ok wrong retried
    planned=$(total "$result" planned) ok=$(total "$result" ok) wrong=$(total "$result" wrong) retried=$(total "$result" retried)
    local classes
    classes=$(grep -oE '"totals":\{[^}]*\}' "$result" | grep -oE '"(error|timed_out|refused|not_sent|reset|end_of_stream|unanswered)":[1-9][0-9]*' |
        tr -d '"' | tr '\n' ' ' || true)
    echo "round $1: bench $planned planned, $ok ok, $((planned - ok)) lost or failed${classes:+ (${classes% })}, $wrong wrong," \
        "$retried retried; sum $right of $given right"
    (( planned > 0 && ok == planned && wrong == 0 && given > 0 && right == given && status == 0 ))
}

configure
front=${ports[0]}
start_server 1
if [[ $naive == direct ]]; then
    front=${ports[1]}
else
    start_server 2
    start_balancer
fi
sleep 1
[[ -z $balancer_pid ]] || kill -0 "$balancer_pid" 2> /dev/null || { cat "$work/balancer.log" >&2; exit 1; }
lossless=0
for ((round = 1; round <= rounds; round++)); do
    if run_round "$round"; then
        lossless=$((lossless + 1))
    fi
done
echo "$lossless of $rounds rounds without a loss ($balancer${naive:+, $naive})"
(( lossless == rounds ))
