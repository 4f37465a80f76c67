insmod hr_sleep.ko
sleep 0.1
rmmod hr_sleep
dmesg | grep hr_sleep:
