insmod debugging.ko
sleep 0.05
# as it is often told, and never was in mainline:
cat /proc/workqueues
# the workers, and what they do: +queue while at it, -queue after
ps aux | grep kworker | head -6
# where one of them sleeps
for p in $(pgrep kworker); do grep -l stuck /proc/$p/stack; done
cat /sys/devices/virtual/workqueue/demo_queue/max_active
wq_monitor.py -i 0 demo_queue
echo t > /proc/sysrq-trigger
sleep 1.5
rmmod debugging
dmesg | grep -A 8 "workqueue demo_queue"
