insmod block_completion.ko
sleep 0.1
rmmod block_completion
dmesg | tail -12
