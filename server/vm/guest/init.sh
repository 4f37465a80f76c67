#!/bin/sh
# The first process of the lab's guest: file systems, tracing prepared but off, then the agent takes its place.
export PATH=/sbin:/bin HOME=/root TERM=dumb
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tracefs none /sys/kernel/tracing
mount -t debugfs none /sys/kernel/debug
mkfifo /lab/never
hostname lab
cd /sys/kernel/tracing || exit 1
echo 0 > tracing_on
echo 4096 > buffer_size_kb
echo nohash-ptr > trace_options
echo $$ > set_event_notrace_pid
. /lab/offsets
# Where a module's text lies, and when its init function is entered: the trace outlives the module.
echo "p:wqp/wqp_module do_init_module name=+$NAME_AT(%di):string text=+$TEXT_AT(%di):x64" >> kprobe_events
echo "p:wqp/wqp_init do_one_initcall" >> kprobe_events
while read -r event; do echo 1 > "events/$event/enable"; done < /lab/events
cd /
exec /lab/agent
