insmod drain_mix.ko
sleep 0.1
rmmod drain_mix
dmesg | grep drain_mix:
