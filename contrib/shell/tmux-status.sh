#!/bin/sh
# One line for the status bar of tmux: jobs that have not ended, environments that are not Available.
#
#     set -g status-interval 30
#     set -g status-right '#(sh /path/to/tmux-status.sh)'
#
# It starts no daemon: where none answers, it says so.
count() { printf '%s' "$1" | grep -c "$2"; }

jobs=$(shipway job list --json --state queued --state ready --state running \
    --state waiting --state cancelling 2> /dev/null) || {
    printf 'shipway: no daemon'
    exit 0
}
environments=$(shipway env list --json 2> /dev/null) || exit 0

line="shipway: $(count "$jobs" .) jobs"
for status in busy unknown; do
    number=$(count "$environments" "\"status\": *\"$status\"")
    [ "$number" -eq 0 ] || line="$line, $number $status"
done
printf '%s' "$line"
