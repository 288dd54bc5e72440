#!/bin/sh
# Follows a metrics-panel agent over server-sent events and prints each of its samples once:
#
#   sh follow.sh http://localhost:8080 cpu memory
#
# Restart the agent or cut the network meanwhile: what was missed follows later, or a line says what is lost and why.
# The token is read from METRICS_PANEL_TOKEN. Needs curl, and names without "*": values come in their order.
# JSON is read as text, as the agent writes it, without spaces. RC-1 is a rule of docs/protocol.md.

case $#:$* in [01]:* | *'*'*) usage=1 ;; *:http://?* | *:https://?*) usage='' ;; *) usage=1 ;; esac
[ -z "$usage" ] || { echo "usage: sh follow.sh http://localhost:8080 cpu memory" >&2; exit 1; }
address=${1%/}/metrics/sse && shift
metrics=$*
subscriptions="[{\"metrics\":[\"$(printf %s "$metrics" | sed 's/ /","/g')\"]}]"
base_ms=500 cap_ms=20000 attempt=0 cursor='' curl=''
stream=$(mktemp -u) && mkfifo -m 600 "$stream" || exit
trap 'kill $curl 2>/dev/null; rm -f "$stream"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 0' PIPE # nobody reads on, as after `| head`

# say TEXT: as it is, where echo might take a backslash for more
say() { printf '%s\n' "$1" 2>/dev/null; }

# field NAME JSON: sets $value to a number, the text of a string, or the items of an array
field() {
  value=${2#*\"$1\":}
  case $value in
    \"*) value=${value#?} && value=${value%%\"*} ;;
    \[*) value=${value#?} && value=${value%%]*} ;;
    *) value=${value%%[!0-9]*} && value=${value:-0} ;; # some shells would run what else is in a number
  esac
}

# moment NAME JSON: sets $value to an instant in ISO 8601
moment() {
  field "$1" "$2"
  seconds=${value%???}
  iso=$(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%S 2>/dev/null || date -u -r "$seconds" +%Y-%m-%dT%H:%M:%S)
  value=$iso.${value#"$seconds"}Z
}

# receive JSON: prints what a message says
receive() {
  case $1 in
    *'"type":"metrics"'*)
      moment ts "$1" && line=$value
      field seq "$1" && line="$line #$value"
      field values "$1"
      for name in $metrics; do
        line="$line $name=${value%%,*}"
        value=${value#*,}
      done
      say "$line" ;;
    *'"type":"gap"'*)
      moment fromTs "$1" && line=$value
      moment toTs "$1" && line="$line to $value"
      field reason "$1" && say "$line missing: $value" ;;
    *'"type":"subscribed"'*) field epoch "$1" && say "run $value" ;;
    *'"type":"welcome"'*) field baseMs "$1" && base_ms=$value && field capMs "$1" && cap_ms=$value ;;
    *'"type":"goodbye"'*) field reason "$1" && reason=$value && field retryMs "$1" && wait_ms=$value && attempt=0 ;;
    *'"type":"error"'*) field error "$1" && say "$address: $value" >&2 && exit 1 ;;
  esac
}

while :; do
  began=$(date +%s) wait_ms=0 reason='' said='' status='' retry_s=''
  { [ -z "$METRICS_PANEL_TOKEN" ] || echo "Authorization: Bearer $METRICS_PANEL_TOKEN"
    [ -z "$cursor" ] || echo "Last-Event-ID: $cursor"
  } | curl -sSN -G --data-urlencode "subscriptions=$subscriptions" -H @- -w '\nstatus: %{http_code} %header{retry-after}\n' \
    --connect-timeout 4 --speed-limit 1 --speed-time 35 "$address" > "$stream" 2>&1 &
  curl=$!
  while IFS= read -r line; do
    case $line in
      'data: {"type":"batch"'*)
        rest=$line # its messages have no objects within, but for `subscribed`, whose epoch comes first
        while [ "$rest" != "${rest#*\},\{}" ]; do
          receive "${rest%%\},\{*}}"
          rest=${rest#*\},}
        done
        receive "$rest" ;;
      data:*) receive "$line" ;;
      id:*) cursor=${line#id: } ;;
      status:*) status=${line#status: } && retry_s=${status#* } && status=${status%% *} ;;
      [!:]*) said=$line ;; # a refusal, or what curl has to say
    esac
  done < "$stream"
  case $said in '{'*) field error "$said" && said=$value ;; esac
  [ "$said$METRICS_PANEL_TOKEN" != 'Not authenticated' ] || said="$said: put a token into METRICS_PANEL_TOKEN"
  case $status in 400 | 401) say "$address: $said" >&2 && exit 1 ;; esac
  [ $(($(date +%s) - began)) -lt 5 ] || attempt=0
  # Full jitter (RC-1), after what `goodbye` asks for.
  most_ms=$((base_ms << attempt)) random=$(od -An -N2 -tu2 /dev/urandom)
  [ "$most_ms" -lt "$cap_ms" ] && attempt=$((attempt + 1)) || most_ms=$cap_ms
  case $status in 200 | 000) ;; *) wait_ms=10000 most_ms=10000 ;; esac
  case $retry_s in '' | *[!0-9]* | ??????*) ;; *) [ "$retry_s" -le 10 ] || wait_ms=$((retry_s * 1000)) ;; esac # curl 7.83
  wait_ms=$((wait_ms + most_ms * random / 65536))
  wait_s=$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))
  say "reconnecting in $wait_s s: ${reason:-$said}" >&2
  sleep "$wait_s"
done
