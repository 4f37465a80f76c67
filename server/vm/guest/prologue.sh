# Read by the session's shell before what the user typed. A process costs 10 ms under emulation, a hundredth of that on
# hardware: what only waits is done in the shell.
exec 9<> /lab/never
sleep() {
  case $#$1 in
    1 | 1*[!0-9.]*) command sleep "$@" ;;
    1*) read -r -t "$1" -u 9 wqp_nothing; return 0 ;;
    *) command sleep "$@" ;;
  esac
}
sudo() { "$@"; }
irq() {
  if [ $# -ne 1 ]; then echo "Usage: irq N" >&2; return 1; fi
  echo "$1" 2>/dev/null > /proc/wqplay_irq && return 0
  echo "sh: irq: nobody has requested interrupt $1" >&2
  return 1
}
# busybox would take its own
rmmod() { /sbin/rmmod "$@"; }
lsmod() { /sbin/lsmod "$@"; }
modinfo() { /sbin/modinfo "$@"; }
modprobe() { /sbin/modprobe "$@"; }
