insmod tasklet_more.ko
sleep 0.1
rmmod tasklet_more
dmesg | grep tasklet_more:
