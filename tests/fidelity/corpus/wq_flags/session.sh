insmod wq_flags.ko
ps | grep kworker/R
ls /sys/devices/virtual/workqueue
rmmod wq_flags
dmesg | grep -v Modules
