insmod names_limits.ko
for p in $(ls /proc | grep '^[0-9]'); do if grep -q desc /proc/$p/comm; then cat /proc/$p/comm; fi; done
cat /sys/devices/virtual/workqueue/too_active/max_active
cat /sys/devices/virtual/workqueue/too_active/per_cpu
echo 0 > /sys/devices/virtual/workqueue/too_active/max_active
echo 3 > /sys/devices/virtual/workqueue/too_active/max_active
cat /sys/devices/virtual/workqueue/too_active/max_active
ls /sys/devices/virtual/workqueue/too_active
ls /sys/devices/virtual/workqueue
sleep 0.4
rmmod names_limits
dmesg | grep -v "^.\{15\}R\|Code:"
