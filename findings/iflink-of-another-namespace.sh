#!/usr/bin/env bash
# `iflink` in /sys/class/net names the interface that another one is linked to, by its number. The other end of a veth pair may be in another
# network namespace, and then it is a number of that one: in a container it can be that of an interface there which has nothing to do with it.
# A program that takes `iflink` for "lies on the interface with this ifindex" leaves out an interface that carries traffic.
# `lower_*` links are of the same namespace only. Needs root, iproute2 and a kernel with veth; changes nothing outside of its own namespaces.
set -euo pipefail
if [ "${1:-}" != inside ]; then exec unshare --net --mount -- "$0" inside; fi

echo "Linux $(uname -r), $(ip -V)"
mount -t sysfs sysfs /mnt
# The host's side lives in a namespace that a sleeping process holds open.
unshare --net sleep 60 &
host=$!
trap 'kill "$host"' EXIT
until [ "$(readlink "/proc/$host/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do :; done
ip link add eth0 index 10 type veth peer name host0 index 11 netns "$host"
ip link add eth1 index 11 type veth peer name host1 index 12 netns "$host"
ip link add link eth0 name eth0.7 index 20 type vlan id 7 2>/dev/null || ip link add link eth0 name eth0.7 index 20 type macvlan

for name in eth0 eth1 eth0.7; do
  echo "$name: ifindex $(cat "/mnt/class/net/$name/ifindex"), iflink $(cat "/mnt/class/net/$name/iflink"), lower $(cd "/mnt/class/net/$name" && echo lower_*)"
done
[ "$(cat /mnt/class/net/eth0/iflink)" = "$(cat /mnt/class/net/eth1/ifindex)" ] || { echo 'changed: iflink of eth0 is not the number of eth1'; exit 1; }
[ ! -e /mnt/class/net/eth0/lower_eth1 ] || { echo 'changed: eth0 is said to lie on eth1'; exit 1; }
[ -e /mnt/class/net/eth0.7/lower_eth0 ] || { echo 'changed: what lies on eth0 does not say so'; exit 1; }
echo 'eth0 seems to be linked to eth1 by its number, and is not.'
