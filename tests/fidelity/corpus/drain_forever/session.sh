insmod drain_forever.ko
sleep 1
rmmod drain_forever
dmesg | grep drain_forever:
