insmod sleep_in_tasklet.ko
sleep 0.2
rmmod sleep_in_tasklet
dmesg | tail -30
