#!/bin/bash
# Submits a run to Slurm as an array of shards, and its merge.
#
#   BACKTEST=/shared/bin/backtest ./submit.sh CONFIG OUT SHARDS [FLAG...]
#
# The program, CONFIG and OUT must be on a disk that all nodes share. FLAGs are those of backtest run. What Slurm
# is to know (partition, time, memory, account) goes into SBATCH_ variables of the environment, such as
# SBATCH_PARTITION. Prints the number of the array job and of the merge job.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
config=$1 shards=$3
[ ! -f "$config" ] || config=$(realpath "$config")
mkdir -p "$2/logs"
out=$(realpath "$2")

array=$(sbatch --parsable --array="1-$shards" --output="$out/logs/shard-%a.log" --open-mode=append \
    "$here/shard.sbatch" "$config" "$out" "$shards" "${@:4}")
merge=$(sbatch --parsable --dependency="afterany:$array" --output="$out/logs/merge.log" --open-mode=append \
    "$here/merge.sbatch" "$out" "$array" "$here/merge.sbatch")
echo "$array $merge"
