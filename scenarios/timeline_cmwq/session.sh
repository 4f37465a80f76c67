insmod timeline_cmwq.ko
sleep 0.2
rmmod timeline_cmwq
dmesg | tail -4
