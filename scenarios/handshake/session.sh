insmod handshake.ko
sleep 0.2
rmmod handshake
dmesg | tail -5
