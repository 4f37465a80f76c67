insmod hrtimers_more.ko
sleep 0.3
rmmod hrtimers_more
dmesg | grep hrtimers_more:
