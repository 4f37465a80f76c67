insmod spins_more.ko
rmmod spins_more
dmesg | grep spins_more:
