insmod intensive_mix.ko
sleep 1
rmmod intensive_mix
dmesg | grep intensive_mix:
