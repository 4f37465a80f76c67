insmod sysfs_wq.ko
cat /sys/devices/virtual/workqueue/shown/max_active
cat /sys/devices/virtual/workqueue/shown/per_cpu
cat /sys/devices/virtual/workqueue/shown/nice
cat /sys/devices/virtual/workqueue/shown/cpumask
cat /sys/devices/virtual/workqueue/shown/affinity_scope
ls /sys/devices/virtual/workqueue/shown
sleep 0.15
echo 3 > /sys/devices/virtual/workqueue/shown/max_active
cat /sys/devices/virtual/workqueue/shown/max_active
echo 9999 > /sys/devices/virtual/workqueue/shown/max_active
cat /sys/module/workqueue/parameters/cpu_intensive_thresh_us
cat /proc/workqueues
sleep 0.5
rmmod sysfs_wq
