insmod suppress.ko
sleep 5
echo 1 > /sys/module/suppress/parameters/go
sleep 0.1
rmmod suppress
dmesg | grep -v taint
