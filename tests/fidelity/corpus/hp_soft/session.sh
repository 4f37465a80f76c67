insmod hp_soft.ko
echo 1 > /sys/module/hp_soft/parameters/go
sleep 0.1
echo 0 > /sys/devices/system/cpu/cpu2/online
sleep 0.1
echo 1 > /sys/module/hp_soft/parameters/go
sleep 0.7
echo 1 > /sys/devices/system/cpu/cpu2/online
sleep 0.1
echo 1 > /sys/module/hp_soft/parameters/go
sleep 0.1
rmmod hp_soft
dmesg | grep hp_soft:
