#!/bin/bash
# Runs an array of 8 shards on a Slurm of its own: two nodes on this machine. One task is killed, and one node is
# lost; the merged bytes must be those of the unsharded run. Needs root and Debian's packages, which it installs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
shards=8
flags=(--paths 2048 --set horizon=2d)

leave_out() { echo "test-slurm: left out: $1"; exit 0; }
fail() { echo "test-slurm: $1" >&2; tail -n 20 "$out"/logs/*.log "$dir"/slurmctld.log >&2 || true; exit 1; }
said() { awk -v a="$began" -v b="$(date +%s.%N)" -v what="$1" 'BEGIN { printf "%5.1f s  %s\n", b - a, what }'; }

[ "$(id -u)" -eq 0 ] || leave_out "only root can start Slurm's daemons"
if ! command -v slurmctld slurmd sbatch munged >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge; } >/dev/null 2>&1 ||
        leave_out "slurmctld, slurmd, slurm-client and munge cannot be installed"
fi

began=$(date +%s.%N)
dir=$(mktemp -d)
daemons=()
# on_node lists the processes of jobs on a node of this test.
on_node() {
    grep -szlx "SLURM_CONF=$dir/slurm.conf" /proc/[0-9]*/environ | xargs -r grep -szlx "SLURMD_NODENAME=$1" | tr -dc '0-9\n'
}
# steps_on lists the daemons that watch over those processes.
steps_on() {
    ps -o ppid= -p "$(on_node "$1" | paste -sd,)" 2>/dev/null | sort -u | while read -r parent; do
        [ "$(cat "/proc/$parent/comm")" != slurmstepd ] || echo "$parent"
    done
}
cleanup() {
    mapfile -t left < <(steps_on n1; on_node n1; on_node n2)
    { kill -9 "${daemons[@]}" "${left[@]}" && wait; } 2>/dev/null || true
    rm -rf "$dir"
}
trap cleanup EXIT

host=$(hostname -s)
export SLURM_CONF=$dir/slurm.conf
cat >"$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17000
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket,cred_expire=5
CryptoType=crypto/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=100000
SlurmdTimeout=3
MessageTimeout=3
TCPTimeout=1
ReturnToService=2
JobRequeue=1
MpiDefault=none
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17001-17002] CPUs=1 RealMemory=500
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
out="$dir/the results" # a name with a space
mkdir -p "$dir/state" "$dir/n1" "$dir/n2" "$out"

head -c 1024 /dev/urandom >"$dir/munge.key"
chmod 400 "$dir/munge.key"
chmod 711 "$dir"
munged --foreground --socket="$dir/munge.socket" --key-file="$dir/munge.key" --pid-file="$dir/munged.pid" \
    --log-file="$dir/munged.log" --seed-file="$dir/munged.seed" --num-threads=2 >/dev/null 2>&1 &
daemons+=($!)
slurmctld -D -i -f "$SLURM_CONF" >/dev/null 2>&1 &
daemons+=($!)
declare -A node
for n in n1 n2; do
    slurmd -D -N "$n" -f "$SLURM_CONF" >/dev/null 2>&1 &
    node[$n]=$!
    daemons+=($!)
done

# until_true waits for a command to succeed, for so many seconds.
until_true() {
    local end=$((SECONDS + $1))
    shift
    while [ "$SECONDS" -lt "$end" ]; do
        "$@" >/dev/null 2>&1 && return
        sleep 0.05
    done
    return 1
}
idle() { [ "$(sinfo -h -t idle -o %D)" = 2 ]; }
until_true 20 idle || fail "the nodes do not come up"
said "two nodes are up"

export BACKTEST=$dir/backtest
(cd "$here/../.." && CGO_ENABLED=0 go build -trimpath -ldflags '-X main.version=test' -o "$BACKTEST" ./cmd/backtest)
"$BACKTEST" run quickstart "${flags[@]}" --progress none --out "$dir/whole" >/dev/null 2>&1
said "the unsharded run is done"

"$here/submit.sh" quickstart "$out" "$shards" "${flags[@]}"

# Two tasks run. The program of one is killed; the node of the other is lost, with all that runs on it.
task_on() { squeue -h -t RUNNING -w "$1" -o %K; }
computing() { task=$(task_on "$1") && compgen -G "$out/shard-$task/blocks/run.json"; }
kill_task() { computing n1 && kill -9 "$(awk '{ print $2 }' "$out/shard-$task/.lock")"; }
until_true 30 kill_task || fail "no task runs on n1"
killed=$task
until_true 30 computing n2 || fail "no task runs on n2"
mapfile -t running < <(steps_on n2; on_node n2)
{ kill -9 "${node[n2]}" "${running[@]}" && wait "${node[n2]}"; } 2>/dev/null || true
said "task $killed is killed, task $task lost its node"

queue_empty() { [ -z "$(squeue -h -o %i)" ]; }
until_true 90 queue_empty || fail "the jobs do not end"
grep -q requeued "$out/logs/shard-$killed.log" || fail "task $killed was not requeued"
for name in paths.arrow events.arrow cratio.arrow series.arrow summary.json; do
    cmp "$dir/whole/$name" "$out/merged/$name" || fail "$name differs"
done
said "8 shards, merged: the bytes of the unsharded run"
