insmod flush_colours.ko
sleep 1
rmmod flush_colours
dmesg | grep flush_colours:
